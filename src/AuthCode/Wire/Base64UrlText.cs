#if NET9_0_OR_GREATER
using System.Buffers.Text;
#else
using Microsoft.IdentityModel.Tokens;
#endif

namespace AuthCode;

/// <summary>Base64url without padding (RFC 4648 section 5).</summary>
/// <remarks>Implementation note: by .NET itself where it can, so that IdentityModel's assemblies need not be loaded for it.</remarks>
internal static class Base64UrlText
{
    internal static string Encode(ReadOnlySpan<byte> bytes) =>
#if NET9_0_OR_GREATER
        Base64Url.EncodeToString(bytes);
#else
        Base64UrlEncoder.Encode(bytes.ToArray());
#endif

    /// <exception cref="FormatException">The text is something else.</exception>
    internal static byte[] Decode(string text) =>
#if NET9_0_OR_GREATER
        Base64Url.DecodeFromChars(text);
#else
        Base64UrlEncoder.DecodeBytes(text);
#endif
}
