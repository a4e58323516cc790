using System.Net;

namespace AuthCode.Testing.Http;

/// <summary>An HTML page in one column, without scripts and external resources.</summary>
internal static class HtmlPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#f2f2f2;margin:0}" +
        "main{max-width:26rem;margin:12vh auto;padding:2rem;background:#fff;border:1px solid #c8c8c8;border-radius:4px}" +
        "h1{font-size:1.5rem;margin:0 0 1rem}code{overflow-wrap:anywhere}" +
        "button{font:inherit;padding:.4rem 1.5rem;margin:0 .5rem .5rem 0;border:1px solid #0067b8;border-radius:4px;background:#fff;color:#0067b8;cursor:pointer}" +
        "button.first{background:#0067b8;color:#fff}button:focus-visible{outline:3px solid #ffb900}" +
        ".note{font-size:.875rem;color:#595959;margin:1rem 0 0}";

    /// <summary>Makes a page.</summary>
    /// <param name="title">The title and heading, as plain text.</param>
    /// <param name="body">The HTML below the heading. It must already be encoded.</param>
    internal static FakeAadResponse Of(string title, string body) => FakeAadResponse
        .Of(
            200,
            $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\" /><meta name=\"viewport\" content=\"width=device-width\" /><title>{Encode(title)}</title><style>{Style}</style></head>\n" +
            $"<body><main><h1>{Encode(title)}</h1>\n{body}\n<p class=\"note\">This is FakeAad, a fake of Microsoft Entra ID for tests.</p></main></body></html>\n",
            "text/html; charset=utf-8")
        .With("Cache-Control", "no-store")
        // Without form-action: browsers apply it also to the redirect that follows the form.
        .With("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");

    internal static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Makes a hidden form field.</summary>
    internal static string HiddenField(string name, string value) => $"<input type=\"hidden\" name=\"{Encode(name)}\" value=\"{Encode(value)}\" />";
}
