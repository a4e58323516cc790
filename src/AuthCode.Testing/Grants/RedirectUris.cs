namespace AuthCode.Testing.Grants;

/// <summary>Whether a redirect URI is a registered one. See https://learn.microsoft.com/entra/identity-platform/reply-url.</summary>
internal static class RedirectUris
{
    /// <summary>As text, or on http loopback by all but the port, which a native app learns only when it starts to listen (RFC 8252 section 7.3).</summary>
    internal static bool Matches(Uri registered, string asked) =>
        registered.OriginalString == asked
        || (Uri.TryCreate(asked, UriKind.Absolute, out Uri? uri)
            && IsHttpLoopback(registered)
            && IsHttpLoopback(uri)
            && WithoutPort(registered) == WithoutPort(uri));

    /// <summary>Whether an address is where a registered one is: by scheme, host and port, on http loopback by all but the port.</summary>
    internal static bool IsSamePlace(Uri registered, Uri asked) =>
        registered.Scheme == asked.Scheme
        && asked.Host.Length > 0
        && string.Equals(registered.Host, asked.Host, StringComparison.OrdinalIgnoreCase)
        && (registered.Port == asked.Port || IsHttpLoopback(registered));

    private static bool IsHttpLoopback(Uri uri) => uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback;

    private static string WithoutPort(Uri uri) => uri.GetComponents(UriComponents.UserInfo | UriComponents.Host | UriComponents.PathAndQuery | UriComponents.Fragment, UriFormat.UriEscaped);
}
