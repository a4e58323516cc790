using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>Checks an ID token of the token endpoint, item by item (OpenID Connect Core section 3.1.3.7); the signature always, though the token came over TLS.</summary>
internal sealed partial class IdTokenValidator(SignatureVerifier signatures, AuthorizationServer server, ClientId clientId, TimeProvider time)
{
    private const string WrongIssuer = "its issuer is not that of the authority";
    private const string WrongAudience = "its audience is not this client";
    private const string WrongKey = "its key signs for another issuer";

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan OldestIssue = TimeSpan.FromHours(24);

    /// <inheritdoc cref="SignatureVerifier.PrepareAsync"/>
    internal Task PrepareAsync(CancellationToken cancellationToken) => signatures.PrepareAsync(cancellationToken);

    /// <summary>The user whom the token is about.</summary>
    /// <param name="idToken">The token.</param>
    /// <param name="expected">What the sign-in asked for.</param>
    /// <param name="accessToken">The access token that came with it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="AuthenticationFailedException">The token is not good; the message says which item, and quotes nothing of it but its algorithm.</exception>
    internal async Task<ValidatedIdToken> ValidateAsync(string idToken, IdTokenExpectation expected, string accessToken, CancellationToken cancellationToken)
    {
        using SignedToken token = await signatures.VerifyAsync(idToken, Failures.IdTokenRefused, cancellationToken).ConfigureAwait(false);
        IdTokenPayload payload = token.Payload;
        Require(IsOfAuthority(token), WrongIssuer);
        Require(IsKeyOfIssuer(token), WrongKey);
        CheckParties(payload, expected.Nonce);
        CheckTimes(payload);
        CheckHow(payload, expected);
        Require(payload.IsAbsent("at_hash") || payload.Text("at_hash") == HalfHashOf(accessToken), "its at_hash is not of the access token");
        TokenSubject subject = TokenSubject.Of(payload, clientId, server.IsEntra)
            ?? throw Failures.IdTokenRefused("it names no subject: its sub must be an identifier of 1 to 255 characters without spaces").ToException();
        return new ValidatedIdToken(token.Identity, subject, TenantOf(payload));
    }

    /// <summary>The claims of a signed response of the userinfo endpoint (OpenID Connect Core section 5.3.2).</summary>
    /// <exception cref="AuthenticationFailedException">It is not signed by the server for this client.</exception>
    internal async Task<string> ValidateUserInfoAsync(string userInfo, string host, CancellationToken cancellationToken)
    {
        using SignedToken token = await signatures.VerifyAsync(userInfo, RefusedAs, cancellationToken).ConfigureAwait(false);
        Require(token.Payload.Text("iss") == token.Metadata.Issuer, WrongIssuer, RefusedAs);
        Require(token.Payload.Audiences().Contains(clientId.Value), WrongAudience, RefusedAs);
        Require(IsKeyOfIssuer(token), WrongKey, RefusedAs);
        return token.Payload.Root.GetRawText();

        Failure RefusedAs(string problem) => Failures.UserInfoUnusable(host, problem);
    }

    private static bool IsOfAuthority(SignedToken token) =>
        token.Payload.Text("iss") is { } issuer && token.Metadata.IssuerOf(token.Payload.Text("tid")) == issuer;

    // A key of Entra ID can be for one tenant, or for personal accounts, alone.
    private bool IsKeyOfIssuer(SignedToken token) =>
        !server.IsEntra || token.Keys.Any(key => key.Issuer is null || server.IsIssuerOfKey(key.Issuer, token.Payload.Text("iss")!, token.Payload.Text("tid")));

    // A policy of B2C and a rule of AD FS can make up any claim, also one of this name: the issuer is what Entra ID vouches for.
    private string? TenantOf(IdTokenPayload payload) =>
        server.IsEntra && payload.Text("tid") is { } tenantId && Guid.TryParseExact(tenantId, "D", out _)
        && payload.Text("iss")!.Split('/').Contains(tenantId, StringComparer.OrdinalIgnoreCase)
            ? tenantId
            : null;

    private void CheckParties(IdTokenPayload payload, Nonce? nonce)
    {
        string[] audiences = payload.Audiences();
        Require(audiences.Contains(clientId.Value), WrongAudience);
        Require(payload.IsAbsent("azp") || payload.Text("azp") == clientId.Value, "it was issued to another party");

        // Items 3 and 4: another audience could be the party that requested it.
        Require(
            !payload.IsAbsent("azp") || Array.TrueForAll(audiences, audience => audience == clientId.Value),
            "it has other audiences too, and no azp that names this client as the party that it was issued to");
        Require(
            nonce is not { } own || (payload.Text("nonce") is { } sent && own.IsSameAs(sent)),
            "its nonce is not that of this sign-in");
    }

    private void CheckTimes(IdTokenPayload payload)
    {
        DateTimeOffset now = time.GetUtcNow();
        Require(payload.Instant("exp") is { } end && now - end < Skew, "it has expired");
        Require(payload.IsAbsent("nbf") || (payload.Instant("nbf") is { } begin && begin - now <= Skew), "it is not valid yet");
        Require(payload.Instant("iat") is { } issue && issue - now <= Skew && now - issue < OldestIssue, "it was not issued just now");
    }

    // OpenID Connect Core section 3.1.2.1: what was asked for need not have been done.
    private void CheckHow(IdTokenPayload payload, IdTokenExpectation expected)
    {
        if (expected.MaxAge is { } age)
        {
            // The server looks at the age when the user arrives: what consent or a second factor takes afterwards must not count.
            DateTimeOffset start = expected.StartedOn ?? time.GetUtcNow();
            Require(
                payload.Instant("auth_time") is { } authenticatedOn && authenticatedOn.SaturatingAdd(age).SaturatingAdd(Skew) >= start,
                "the authentication of the user is too old, or its time is missing");
        }

        Require(
            expected.AcrValues.Count == 0 || (payload.Text("acr") is { } context && expected.AcrValues.Contains(context)),
            "its authentication context is none of those that were requested");
    }

    // OpenID Connect Core section 3.1.3.6: the left half of the hash of the allowed algorithms, which all use SHA-256.
    private static string HalfHashOf(string accessToken) => Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16));

    private static void Require(bool holds, string problem) => Require(holds, problem, Failures.IdTokenRefused);

    private static void Require(bool holds, string problem, Func<string, Failure> refused)
    {
        if (!holds)
        {
            throw refused(problem).ToException();
        }
    }
}
