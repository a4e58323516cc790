using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>Proof Key for Code Exchange, by S256 alone: what an attacker could choose instead protects nobody (RFC 7636 section 7.2).</summary>
internal static class Pkce
{
    private const int RandomOctets = 32;

    /// <summary>256 random bits as 43 unreserved characters: enough for a code verifier (RFC 7636 section 4.1), a state, a nonce.</summary>
    internal static string NewSecret() => Base64UrlText.Encode(RandomNumberGenerator.GetBytes(RandomOctets));

    internal static CodeVerifier NewVerifier() => CodeVerifier.Parse(NewSecret(), nameof(CodeVerifier));

    /// <summary>The challenge of a verifier (RFC 7636 section 4.2).</summary>
    internal static string ChallengeOf(CodeVerifier verifier) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier.Value)));
}
