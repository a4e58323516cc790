using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using AuthCode.Testing.Errors;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Grants;

/// <summary>Checks a code verifier against the code challenge (RFC 7636 section 4.6).</summary>
internal static class Pkce
{
    private static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>Whether a code verifier or a code challenge has the syntax of RFC 7636 sections 4.1 and 4.2.</summary>
    internal static bool IsWellFormed(string value) => value.Length is >= 43 and <= 128 && !value.AsSpan().ContainsAnyExcept(Unreserved);

    internal static void Require(FakeAadCodeRequest request, string? verifier)
    {
        if (request.CodeChallenge is null && verifier is null)
        {
            return;
        }

        // A verifier for a code without a challenge is a sign that the challenge was removed on the way (RFC 9700 section 4.8.2).
        bool matches = verifier is not null && IsWellFormed(verifier) && ChallengeOf(verifier, request.CodeChallengeMethod) == request.CodeChallenge;
        if (!matches)
        {
            throw new AadErrorException(AadErrors.CodeVerifierMismatch);
        }
    }

    private static string ChallengeOf(string verifier, string method) =>
        method == "plain" ? verifier : Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
