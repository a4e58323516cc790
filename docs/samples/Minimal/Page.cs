using System.Text;
using System.Text.Encodings.Web;

namespace Minimal;

/// <summary>Writes HTML pages without scripts and external resources.</summary>
internal sealed class Page : IResult
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;max-width:36rem;margin:2rem auto;padding:0 1rem}" +
        "dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}dt{color:#595959}dd{margin:0;overflow-wrap:anywhere}h2{font-size:1.1rem}small{color:#595959}" +
        "button,.button{font:inherit;display:inline-block;padding:.4rem 1.5rem;border:0;border-radius:4px;background:#0067b8;color:#fff;text-decoration:none;cursor:pointer}";

    private readonly int _statusCode;
    private readonly string _html;

    private Page(int statusCode, string title, string body)
    {
        _statusCode = statusCode;
        _html = $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Encode(title)}</title>" +
            $"<style>{Style}</style></head>\n<body><main><h1>{Encode(title)}</h1>\n{body}\n</main></body></html>\n";
    }

    /// <summary>A page.</summary>
    /// <param name="title">The title and heading, as plain text.</param>
    /// <param name="body">The HTML below the heading, in which all external text is encoded.</param>
    internal static Page Of(string title, string body) => new(StatusCodes.Status200OK, title, body);

    /// <summary>A page that explains in plain text why the user is not signed in.</summary>
    internal static Page Problem(string text) =>
        new(StatusCodes.Status400BadRequest, "You are not signed in", $"<p role=\"alert\">{Encode(text)}</p><p><a href=\"/\">Start again</a></p>");

    internal static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = _statusCode;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        // There is no form-action, because browsers also apply it to the redirect to Entra ID after the sign-out.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        return response.WriteAsync(_html, Encoding.UTF8, httpContext.RequestAborted);
    }
}
