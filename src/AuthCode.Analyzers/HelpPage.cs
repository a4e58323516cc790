namespace AuthCode.Analyzers;

/// <summary>The page, which the package contains, that explains the warnings. A test holds the anchors together with the page.</summary>
internal static class HelpPage
{
    /// <summary>Where the page explains a warning; a relative address, as in <c>AuthenticationFailedException.HelpLink</c>.</summary>
    internal static string Of(string id) => "docs/troubleshooting.md#" + id.ToLowerInvariant();
}
