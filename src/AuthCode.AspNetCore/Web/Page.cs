using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>A page that explains in plain text why there is no other one, without scripts and external resources.</summary>
internal static class Page
{
    private const string Style =
        ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}";

    /// <summary>Writes the page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="title">The title.</param>
    /// <param name="text">What happened, and what to do.</param>
    /// <param name="link">Where the user can go on: a path of this application.</param>
    /// <param name="linkText">What the link says.</param>
    internal static Task WriteAsync(HttpContext context, int status, string title, string text, string link, string linkText)
    {
        string html = $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Encode(title)}</title>" +
            $"<style>{Style}</style></head>\n<body><main><h1>{Encode(title)}</h1>\n<p role=\"alert\">{Encode(text)}</p>\n<p><a href=\"{Encode(link)}\">{Encode(linkText)}</a></p></main></body></html>\n";
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        // A time-out of the application cancels the request while the browser still waits for the page.
        return response.WriteAsync(html, CancellationToken.None);
    }

    /// <summary>Writes the page for a user whom another sign-in would not help.</summary>
    internal static Task WriteNotSatisfiedAsync(HttpContext context, string link) => WriteAsync(
        context, StatusCodes.Status403Forbidden, "Your sign-in was not enough",
        "You have signed in for this page, and what it needs could not be satisfied. Ask your administrator, or try again in a few minutes.", link, "Try again");

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
