namespace AuthCode;

/// <summary>The redemption of an authorization code (RFC 6749 section 4.1.3), with its PKCE verifier (RFC 7636 section 4.5).</summary>
internal sealed class AuthorizationCodeGrant(TokenParameters parameters, AuthorizationCode code) : Grant(Parameters.AuthorizationCodeType, parameters)
{
    internal override Failure Refused(TokenErrorResponse response) => Failures.CodeRefused(response);

    private protected override void WriteOwn(FormBody form)
    {
        form.AddSecret(Parameters.Code, code.Code);
        if (code.RedirectUri is { } redirectUri)
        {
            form.Add(Parameters.RedirectUri, redirectUri.Value);
        }

        if (code.CodeVerifier is not null)
        {
            form.AddSecret(Parameters.CodeVerifier, code.CodeVerifier);
        }
    }
}
