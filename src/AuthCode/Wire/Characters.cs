using System.Buffers;

namespace AuthCode;

/// <summary>The character sets that values must keep to, so that nothing a caller passes can re-shape a URL, a header or a form.</summary>
internal static class Characters
{
    private static readonly SearchValues<char> Visible = SearchValues.Create(Range(' ', '~'));
    private static readonly SearchValues<char> ScopeToken = SearchValues.Create(Range('!', '~').Replace("\"", "").Replace("\\", ""));
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static readonly SearchValues<byte> UnreservedBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>VSCHAR: printable ASCII with space (RFC 6749 appendix A).</summary>
    internal static bool AreVisible(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Visible);

    /// <summary>NQCHAR: printable ASCII without space, quote and backslash (RFC 6749 section 3.3).</summary>
    internal static bool AreScopeToken(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(ScopeToken);

    /// <summary>Unreserved characters of RFC 3986, the alphabet of a PKCE code verifier (RFC 7636 section 4.1).</summary>
    internal static bool AreUnreserved(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Unreserved);

    /// <summary>Where the first byte stands that is no unreserved character; -1 when there is none.</summary>
    internal static int IndexOfReserved(ReadOnlySpan<byte> utf8) => utf8.IndexOfAnyExcept(UnreservedBytes);

    private static string Range(char first, char last) =>
        string.Create(last - first + 1, first, static (span, start) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = (char)(start + i);
            }
        });
}
