using System.Security.Cryptography;
using System.Text;
using AuthCode.Testing.Errors;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Grants;

/// <summary>Whether a verifier belongs to a challenge (RFC 7636 section 4.6).</summary>
internal static class Pkce
{
    internal static void Require(FakeAadCodeRequest request, string? verifier)
    {
        if (request.CodeChallenge is null && verifier is null)
        {
            return;
        }

        // A verifier for a code without a challenge means that the challenge was taken off on the way (RFC 9700 section 4.8.2).
        string? challenge = verifier is null ? null : ChallengeOf(verifier, request.CodeChallengeMethod);
        if (request.CodeChallenge is null || challenge != request.CodeChallenge)
        {
            throw new AadException(verifier is null ? AadErrors.MissingVerifier : AadErrors.WrongVerifier);
        }
    }

    private static string ChallengeOf(string verifier, string method) =>
        method == "plain" ? verifier : Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
}
