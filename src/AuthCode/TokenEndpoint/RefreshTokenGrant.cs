namespace AuthCode;

/// <summary>The redemption of a refresh token (RFC 6749 section 6).</summary>
internal sealed class RefreshTokenGrant(SecretText refreshToken, bool keepsIdToken = false) : Grant
{
    internal override string GrantType => Parameters.RefreshToken;

    internal override bool KeepsIdToken => keepsIdToken;

    internal override Failure Refused(TokenErrorResponse response) => Failures.RefreshTokenRefused(response);

    private protected override void WriteOwn(FormBody form) => form.AddSecret(Parameters.RefreshToken, refreshToken);
}
