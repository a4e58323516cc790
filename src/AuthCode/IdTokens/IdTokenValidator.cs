using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>Checks an ID token of the token endpoint, item by item (OpenID Connect Core section 3.1.3.7); the signature always, though the token came over TLS.</summary>
internal sealed class IdTokenValidator(SigningKeys keys, ClientId clientId, TimeProvider time)
{
    private const int LongestToken = 64 * 1024;
    private const int LongestSubject = 255;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan OldestIssue = TimeSpan.FromHours(24);

    // No HMAC: its key would be the client secret, or the public key by mistake. No "none".
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>The user whom the token is about.</summary>
    /// <exception cref="AuthenticationFailedException">The token is not good; the message says which item, and quotes nothing of it.</exception>
    /// <param name="idToken">The token.</param>
    /// <param name="expected">What the sign-in asked for.</param>
    /// <param name="accessToken">The access token that came with it.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    internal async Task<ClaimsIdentity> ValidateAsync(string idToken, IdTokenExpectation expected, string accessToken, CancellationToken cancellationToken)
    {
        (JsonWebToken token, ServerMetadata metadata, ClaimsIdentity identity) = await ReadSignedAsync(idToken, cancellationToken).ConfigureAwait(false);
        try
        {
            CheckWhose(token, metadata, expected.Nonce);
            CheckTimes(token);
            CheckHow(token, expected);
            Require(!token.TryGetPayloadValue("at_hash", out string? hash) || hash == HalfHashOf(accessToken), "its at_hash is not of the access token");
            return identity;
        }
        catch (Exception e) when (IsMalformedClaim(e))
        {
            // A claim of another kind than it must be; the parser's words could quote it.
            throw Failures.IdTokenRefused("one of its claims is malformed").ToException();
        }
    }

    /// <summary>The claims of a signed response of the userinfo endpoint (OpenID Connect Core section 5.3.2).</summary>
    /// <exception cref="AuthenticationFailedException">It is not signed by the server for this client.</exception>
    internal async Task<ClaimsIdentity> ValidateUserInfoAsync(string userInfo, CancellationToken cancellationToken)
    {
        (JsonWebToken token, ServerMetadata metadata, ClaimsIdentity identity) = await ReadSignedAsync(userInfo, cancellationToken).ConfigureAwait(false);
        try
        {
            Require(token.Issuer == metadata.Issuer, "its issuer is not that of the authority");
            Require(token.Audiences.Contains(clientId.Value), "its audience is not this client");
            return identity;
        }
        catch (Exception e) when (IsMalformedClaim(e))
        {
            throw Failures.IdTokenRefused("one of its claims is malformed").ToException();
        }
    }

    private async Task<(JsonWebToken Token, ServerMetadata Metadata, ClaimsIdentity Identity)> ReadSignedAsync(string idToken, CancellationToken cancellationToken)
    {
        JsonWebToken token = Read(idToken);
        Require(Algorithms.Contains(token.Alg), "its algorithm is not allowed");
        Require(!token.TryGetHeaderValue<object>("crit", out _), "it has critical headers");
        (ServerMetadata metadata, IReadOnlyList<SecurityKey> candidates) = await keys.FindAsync(token.Kid, cancellationToken).ConfigureAwait(false);
        Require(candidates.Count > 0, "the authority has no key of the ID that it names");

        TokenValidationResult result = await _handler.ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            IssuerSigningKeys = candidates,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, _, _) => candidates,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            // Checked below, each with words of its own.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            NameClaimType = "name",
            RoleClaimType = "roles",
        }).ConfigureAwait(false);
        Require(result.IsValid, "its signature is not valid");
        return (token, metadata, result.ClaimsIdentity);
    }

    private static bool IsMalformedClaim(Exception exception) =>
        exception is ArgumentException or FormatException or OverflowException or InvalidCastException or SecurityTokenException;

    private static JsonWebToken Read(string idToken)
    {
        if (idToken.Length <= LongestToken && idToken.Count(static c => c == '.') == 2)
        {
            try
            {
                return new JsonWebToken(idToken);
            }
            catch (ArgumentException)
            {
                // Said below, without the parser's words.
            }
        }

        throw Failures.IdTokenRefused("it is not a signed JWT").ToException();
    }

    private void CheckWhose(JsonWebToken token, ServerMetadata metadata, Nonce nonce)
    {
        string? tenantId = token.TryGetPayloadValue("tid", out string? tid) ? tid : null;
        string[] audiences = [.. token.Audiences];
        string? authorized = token.TryGetPayloadValue("azp", out string? azp) ? azp : null;
        Require(metadata.IssuerOf(tenantId) is { } issuer && issuer == token.Issuer, "its issuer is not that of the authority");
        Require(audiences.Contains(clientId.Value), "its audience is not this client");
        Require(authorized == clientId.Value || (authorized is null && audiences.Length == 1), "it was issued to another party");
        Require(token.Subject is { Length: > 0 and <= LongestSubject }, "it names no subject");
        Require(token.TryGetPayloadValue("nonce", out string? sent) && sent is not null && nonce.IsSameAs(sent), "its nonce is not that of this sign-in");
    }

    private void CheckTimes(JsonWebToken token)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        Require(token.TryGetPayloadValue<long>("exp", out _) && token.ValidTo < DateTime.MaxValue.Date && now - token.ValidTo < Skew, "it has expired");
        Require(token.ValidFrom == DateTime.MinValue || token.ValidFrom - now <= Skew, "it is not valid yet");
        Require(token.TryGetPayloadValue<long>("iat", out _) && token.IssuedAt - now <= Skew && now - token.IssuedAt < OldestIssue, "it was not issued just now");
    }

    // OpenID Connect Core section 3.1.2.1: what was asked for need not have been done.
    private void CheckHow(JsonWebToken token, IdTokenExpectation expected)
    {
        if (expected.MaxAge is { } age)
        {
            Require(
                token.TryGetPayloadValue("auth_time", out long authenticatedOn)
                && DateTimeOffset.FromUnixTimeSeconds(authenticatedOn) + age + Skew >= time.GetUtcNow(),
                "the authentication of the user is too old, or its time is missing");
        }

        Require(
            expected.AcrValues.Count == 0 || (token.TryGetPayloadValue("acr", out string? context) && context is not null && expected.AcrValues.Contains(context)),
            "its authentication context is none of those that were requested");
    }

    // OpenID Connect Core section 3.1.3.6: the left half of the hash of the allowed algorithms, which all use SHA-256.
    private static string HalfHashOf(string accessToken) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16));

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw Failures.IdTokenRefused(problem).ToException();
        }
    }
}
