using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>Verifies the signature of a server's JWT: an ID token, a logout token, or a signed response of the userinfo endpoint.</summary>
/// <param name="keys">The keys of the server.</param>
/// <param name="applicationKeys">The keys that Entra ID has for this client alone; <see langword="null"/> at any other server.</param>
/// <param name="settings">Which claims are the name and the roles.</param>
/// <param name="time">The clock.</param>
internal sealed partial class SignatureVerifier(SigningKeys keys, ApplicationKeys? applicationKeys, ServerSettings settings, TimeProvider time)
{
    private const int LongestToken = 64 * 1024;

    // No HMAC: its key would be the client secret, or the public key by mistake. No "none".
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Reads the keys, so that a token that comes later can be verified.</summary>
    /// <exception cref="AuthenticationFailedException">They could not be read.</exception>
    internal async Task PrepareAsync(CancellationToken cancellationToken) => (await keys.FindAsync(cancellationToken).ConfigureAwait(false)).OrThrow();

    /// <summary>The token, to be disposed of.</summary>
    /// <param name="token">The token.</param>
    /// <param name="refused">Makes the failure of a problem, in words for the kind of token.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="AuthenticationFailedException">The token is not signed by the server, or by a key that could not be read.</exception>
    internal async Task<SignedToken> VerifyAsync(string token, Func<string, Failure> refused, CancellationToken cancellationToken)
    {
        JsonWebToken header = Read(token) ?? throw refused("it is not a signed JWT").ToException();
        Require(Algorithms.Contains(header.Alg), ProblemOf(header.Alg), refused);
        Require(!header.TryGetHeaderValue<object>("crit", out _), "it has critical headers", refused);
        KeyReading reading = (await keys.FindAsync(cancellationToken).ConfigureAwait(false)).OrThrow();
        Verification verification = await TryAsync(token, header, reading.Keys).ConfigureAwait(false);
        if (verification.Identity is null)
        {
            (reading, verification) = await SearchAsync(token, header, reading, verification, cancellationToken).ConfigureAwait(false);
        }

        // The key that signed it may be one of those that could not be read. A key that is known says of its own ID what there is to say.
        if (verification.Identity is null && (reading.Unread ?? verification.Unread) is { } unread && MayBeOfAnotherKey(verification, header))
        {
            throw unread.ToException();
        }

        Require(verification.IsKeyKnown, "the authority has no key of the ID that it names", refused);
        Require(verification.Identity is not null, "its signature is not valid", refused);
        return new SignedToken(
            IdTokenPayload.Read(token) ?? throw refused("its claims are not a JSON object, or one stands twice").ToException(),
            verification.Identity!,
            reading.Metadata,
            verification.Keys,
            header.TryGetHeaderValue("typ", out object? type) ? type as string ?? "" : null);
    }

    private async Task<Verification> TryAsync(string token, JsonWebToken header, SigningKeySet set)
    {
        IReadOnlyList<SigningKey> candidates = set.CandidatesFor(header.Kid, header.Alg);
        var verified = new List<(SigningKey Key, ClaimsIdentity Identity)>();
        foreach (SigningKey candidate in candidates)
        {
            TokenValidationResult result = await _handler.ValidateTokenAsync(token, ParametersFor(candidate.Key)).ConfigureAwait(false);
            if (result.IsValid)
            {
                verified.Add((candidate, result.ClaimsIdentity));
            }
        }

        // Without an ID, the key must be the only one that fits. A key that is published twice is one key.
        bool isOne = verified.Count > 0 && (!string.IsNullOrEmpty(header.Kid) || verified.Select(static entry => ThumbprintOf(entry.Key)).Distinct().Count() == 1);
        return isOne
            ? new Verification(candidates.Count > 0, [.. verified.Select(static entry => entry.Key)], verified[0].Identity)
            : new Verification(candidates.Count > 0, [], Identity: null);
    }

    // The one thing of a token that is quoted: it is what has to be changed at the server.
    private static string ProblemOf(string? algorithm) =>
        (ServerText.Clean(algorithm, ServerText.LongestWord) is { } name ? $"its algorithm is {name}" : "it names no algorithm")
        + $", and those that are accepted are {string.Join(", ", Algorithms)}";

    private static string ThumbprintOf(SigningKey key) => Convert.ToHexString(key.Key.ComputeJwkThumbprint());

    private TokenValidationParameters ParametersFor(SecurityKey key) => new()
    {
        IssuerSigningKeys = [key],
        TryAllIssuerSigningKeys = false,
        IssuerSigningKeyResolver = (_, _, _, _) => [key],
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        // Checked elsewhere, each with words of its own.
        ValidateIssuer = false,
        ValidateAudience = false,
        ValidateLifetime = false,
        NameClaimType = settings.NameClaim,
        RoleClaimType = settings.RoleClaim,
    };

    private static JsonWebToken? Read(string token)
    {
        if (token.Length <= LongestToken && token.Count(static c => c == '.') == 2)
        {
            try
            {
                return new JsonWebToken(token);
            }
            catch (ArgumentException)
            {
                // Said below, without the parser's words.
            }
        }

        return null;
    }

    private static void Require(bool holds, string problem, Func<string, Failure> refused)
    {
        if (!holds)
        {
            throw refused(problem).ToException();
        }
    }
}
