namespace AuthCode;

/// <summary>A redirect URI as it was written, since servers compare text (RFC 6749 section 3.1.2): absolute, in ASCII, without a fragment.</summary>
internal sealed record RedirectUri
{
    private RedirectUri(string value) => Value = value;

    internal readonly string Value;

    /// <exception cref="ArgumentNullException">The URI is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The URI is no redirect URI.</exception>
    internal static RedirectUri From(Uri redirectUri, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(redirectUri, parameterName);
        return IsValid(redirectUri)
            ? new RedirectUri(redirectUri.OriginalString)
            : throw new ArgumentException(
                "The redirect URI must be absolute, with a scheme, in ASCII, and without a fragment or spaces: pass the one of the authorize request as it was written.",
                parameterName);
    }

    /// <exception cref="FormatException">The text is no redirect URI.</exception>
    internal static RedirectUri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && IsValid(uri) ? new RedirectUri(text) : throw new FormatException("The text is not a redirect URI.");

    public override string ToString() => Value;

    // A path alone parses as an absolute file URI on Unix.
    private static bool IsValid(Uri uri) =>
        uri.IsAbsoluteUri
        && !uri.IsFile
        && uri.OriginalString.StartsWith($"{uri.Scheme}:", StringComparison.OrdinalIgnoreCase)
        && !uri.OriginalString.Contains('#', StringComparison.Ordinal)
        && Characters.AreScopeToken(uri.OriginalString);
}
