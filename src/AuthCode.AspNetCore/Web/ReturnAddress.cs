using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AuthCode;

/// <summary>Where a user goes after a sign-in or a sign-out: always an address of this application.</summary>
internal static class ReturnAddress
{
    // With it, a transaction still fits into a cookie, for which browsers have 4,096 bytes.
    private const int Longest = 1_500;

    /// <summary>Whether an address is a path of this host. Browsers take <c>//</c> and <c>/\</c> for the beginning of another host.</summary>
    internal static bool IsLocal(string? address) =>
        address is ['/', ..] && (address.Length == 1 || address[1] is not ('/' or '\\')) && !address.Any(char.IsControl);

    /// <summary>The path of an address.</summary>
    /// <param name="address">What the application asked for; <see langword="null"/> for the page that was requested.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="InvalidOperationException">The address is of another host.</exception>
    internal static string Of(string? address, HttpRequest request)
    {
        if (string.IsNullOrEmpty(address))
        {
            return OfPage(request);
        }

        string? local = IsLocal(address) ? address : PathOf(address, request);
        return local ?? throw new InvalidOperationException(
            "The return address of the sign-in or sign-out is not an address of this application, so it was refused. " +
            "Set AuthenticationProperties.RedirectUri to a path that begins with one slash, such as \"/orders\".");
    }

    /// <summary>The first page of the application.</summary>
    internal static string Home(HttpRequest request) => request.PathBase + "/";

    /// <summary>The page that was requested, or from which a script or a form sent the request.</summary>
    internal static string OfPage(HttpRequest request)
    {
        string? page = HttpMethods.IsGet(request.Method) && !BrowserRequest.IsScript(request)
            ? request.PathBase + request.Path + request.QueryString
            : PathOf(request.Headers.Referer.ToString(), request);
        return IsLocal(page) && page!.Length <= Longest ? page : Home(request);
    }

    private static string? PathOf(string address, HttpRequest request)
    {
        string own = UriHelper.BuildAbsolute(request.Scheme, request.Host);
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
            && Uri.TryCreate(own, UriKind.Absolute, out Uri? host)
            && Uri.Compare(uri, host, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0
            && IsLocal(uri.PathAndQuery + uri.Fragment)
            ? uri.PathAndQuery + uri.Fragment
            : null;
    }
}
