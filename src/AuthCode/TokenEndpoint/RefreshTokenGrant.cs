namespace AuthCode;

/// <summary>The redemption of a refresh token (RFC 6749 section 6).</summary>
/// <param name="parameters">What the token is requested with.</param>
/// <param name="refreshToken">The refresh token.</param>
/// <param name="profile">The kind of server.</param>
/// <param name="session">The scopes of the session; <see langword="null"/> if each request names its own.</param>
/// <param name="routingHint">Where Entra ID keeps the user.</param>
internal sealed class RefreshTokenGrant(TokenParameters parameters, SecretText refreshToken, ServerProfile profile, ScopeGrant? session = null, string? routingHint = null)
    : Grant(Parameters.RefreshToken, parameters, profile.ScopeOfRefresh(parameters.Scopes, session), profile.Settings.Refresh, routingHint)
{
    internal override string[] ImpliedScopes => NamesScopes || session is null ? Requested.Scopes : session.Granted;

    internal override bool ExceedsSession => NamesScopes && session is not null && !session.Covers(Requested.Scopes);

    internal override bool NarrowsSession => NamesScopes && session is not null && session.Covers(Requested.Scopes);

    internal override Failure Refused(TokenErrorResponse response) => Failures.RefreshTokenRefused(response);

    private protected override void WriteOwn(FormBody form) => form.AddSecret(Parameters.RefreshToken, refreshToken);
}
