using System.Text.Json;

namespace AuthCode;

/// <content>Logout tokens.</content>
internal sealed partial class IdTokenValidator
{
    private const string LogoutType = "logout+jwt";
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    /// <summary>What a logout token says, item by item (OpenID Connect Back-Channel Logout section 2.6). Whether it came before is for the caller to find out.</summary>
    /// <exception cref="AuthenticationFailedException">The token is not good; the message says which item, and quotes nothing of it but its algorithm.</exception>
    internal async Task<ServerSignOut> ValidateLogoutAsync(string logoutToken, CancellationToken cancellationToken)
    {
        using SignedToken token = await signatures.VerifyAsync(logoutToken, Failures.LogoutTokenRefused, cancellationToken).ConfigureAwait(false);
        IdTokenPayload payload = token.Payload;
        RequireLogout(IsLogoutType(token.Type), "its type is neither logout+jwt nor JWT");
        RequireLogout(IsOfAuthority(token), WrongIssuer);
        RequireLogout(IsKeyOfIssuer(token), WrongKey);
        RequireLogout(payload.Audiences().Contains(clientId.Value), WrongAudience);
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? end = payload.Instant("exp");
        DateTimeOffset? issue = payload.Instant("iat");
        RequireLogout(end is { } expiry && now - expiry < Skew, "it has expired, or does not say when it does");
        RequireLogout(payload.IsAbsent("nbf") || (payload.Instant("nbf") is { } begin && begin - now <= Skew), "it is not valid yet");
        RequireLogout(issue is { } issued && issued - now <= Skew && now - issued < OldestIssue, "it was not issued just now");
        RequireLogout(HasLogoutEvent(payload), "its events do not have the one of a sign-out");

        // An ID token must not pass for a logout token.
        RequireLogout(!payload.Root.TryGetProperty("nonce", out _), "it has a nonce");
        RequireLogout(payload.Text("jti") is { Length: > 0 }, "it has no jti");
        RequireLogout(payload.IsTextOrAbsent("sid") && payload.IsTextOrAbsent("sub"), "its sid or sub is no text");
        string? session = payload.Text("sid") is { Length: > 0 } text ? text : null;
        TokenSubject? subject = TokenSubject.Of(payload, clientId, server.IsEntra);
        RequireLogout(session is not null || subject is not null, "it names neither a session nor a user");

        // A token that lives for long is refused for its age before it expires.
        DateTimeOffset oldest = issue!.Value.SaturatingAdd(OldestIssue);
        return new ServerSignOut(
            payload.Text("iss")!, session, subject?.KeyOf(TenantOf(payload)), payload.Text("jti")!, (end!.Value < oldest ? end.Value : oldest).SaturatingAdd(Skew));
    }

    // Many servers name the type of any JWT, or none; that of another kind of token is not to be mistaken (RFC 8725 section 3.11).
    private static bool IsLogoutType(string? type) =>
        type is null || type.Equals("JWT", StringComparison.OrdinalIgnoreCase) || type.Equals(LogoutType, StringComparison.OrdinalIgnoreCase)
        || type.Equals($"application/{LogoutType}", StringComparison.OrdinalIgnoreCase);

    private static bool HasLogoutEvent(IdTokenPayload payload) =>
        payload.Root.TryGetProperty("events", out JsonElement events) && events.ValueKind == JsonValueKind.Object
        && events.TryGetProperty(LogoutEvent, out JsonElement member) && member.ValueKind == JsonValueKind.Object;

    private static void RequireLogout(bool holds, string problem)
    {
        if (!holds)
        {
            throw Failures.LogoutTokenRefused(problem).ToException();
        }
    }
}
