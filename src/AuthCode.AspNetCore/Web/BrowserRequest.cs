using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AuthCode;

/// <summary>What a browser says of a request: whether the user goes to a page, or a script asks for data.</summary>
internal static class BrowserRequest
{
    private const string FetchMode = "Sec-Fetch-Mode";
    private const string FetchPurpose = "Sec-Purpose";
    private const string Navigate = "navigate";

    /// <summary>Whether the response is a page that the user sees, so that a redirect to the authorization server helps.</summary>
    internal static bool IsNavigation(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) || IsScript(request))
        {
            return false;
        }

        return request.Headers[FetchMode] == Navigate
            || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a script asks, as far as the request says so: to redirect it to another host would end in an error of CORS. A browser that prefetches a page counts as one, since no user would see the sign-in.</summary>
    internal static bool IsScript(HttpRequest request) =>
        request.Headers[FetchPurpose].ToString().StartsWith("prefetch", StringComparison.OrdinalIgnoreCase) ||
        (request.Headers[FetchMode] is { Count: > 0 } mode && mode != Navigate)
        || request.Headers[HeaderNames.XRequestedWith] == "XMLHttpRequest";
}
