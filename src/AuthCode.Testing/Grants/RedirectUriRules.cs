namespace AuthCode.Testing.Grants;

/// <summary>Compares a requested URI with a registered redirect URI. See https://learn.microsoft.com/entra/identity-platform/reply-url.</summary>
internal static class RedirectUriRules
{
    /// <summary>Whether two redirect URIs are the same character by character. The port of an <c>http</c> loopback URI is ignored, since a native app learns it only when it starts to listen (RFC 8252 section 7.3).</summary>
    internal static bool Matches(Uri registered, string requested) =>
        registered.OriginalString == requested
        || (Uri.TryCreate(requested, UriKind.Absolute, out Uri? uri)
            && IsHttpLoopback(registered)
            && IsHttpLoopback(uri)
            && WithoutPort(registered) == WithoutPort(uri));

    /// <summary>Whether two URIs have the same scheme, host and port. The port of an <c>http</c> loopback URI is ignored.</summary>
    internal static bool HasSameOrigin(Uri registered, Uri requested) =>
        registered.Scheme == requested.Scheme
        && requested.Host.Length > 0
        && string.Equals(registered.Host, requested.Host, StringComparison.OrdinalIgnoreCase)
        && (registered.Port == requested.Port || IsHttpLoopback(registered));

    private static bool IsHttpLoopback(Uri uri) => uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback;

    private static string WithoutPort(Uri uri) => uri.GetComponents(UriComponents.UserInfo | UriComponents.Host | UriComponents.PathAndQuery | UriComponents.Fragment, UriFormat.UriEscaped);
}
