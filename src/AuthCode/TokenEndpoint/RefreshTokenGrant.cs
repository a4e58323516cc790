namespace AuthCode;

/// <summary>The redemption of a refresh token (RFC 6749 section 6).</summary>
internal sealed class RefreshTokenGrant(TokenParameters parameters, SecretText refreshToken, string? routingHint = null)
    : Grant(Parameters.RefreshToken, parameters, routingHint)
{
    internal override Failure Refused(TokenErrorResponse response) => Failures.RefreshTokenRefused(response);

    private protected override void WriteOwn(FormBody form) => form.AddSecret(Parameters.RefreshToken, refreshToken);
}
