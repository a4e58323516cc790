namespace AuthCode;

/// <summary>The redemption of an authorization code (RFC 6749 section 4.1.3), with its PKCE verifier (RFC 7636 section 4.5).</summary>
/// <param name="parameters">What the token is requested with.</param>
/// <param name="code">The code.</param>
/// <param name="profile">What the request holds beside the standard's fields.</param>
/// <param name="isUntouched">Whether no response to an earlier redemption was lost.</param>
internal sealed class AuthorizationCodeGrant(TokenParameters parameters, AuthorizationCode code, ServerProfile profile, bool isUntouched = true)
    : Grant(Parameters.AuthorizationCodeType, parameters, profile.ScopeOfCode(parameters.Scopes), profile.Settings.Code)
{
    // A request without scopes is for those that the user consented to.
    internal override string[] ImpliedScopes => NamesScopes ? Requested.Scopes : code.Scopes ?? Requested.Scopes;

    /// <summary>Whether the redemption is for other scopes than were requested now: without naming any, it is for those of the authorize request.</summary>
    internal bool IsForOthers => !NamesScopes && code.Scopes is { } scopes && !Array.TrueForAll(Requested.Scopes, scope => scopes.Contains(scope, StringComparer.Ordinal));

    // After a response that was lost, the code may have been used all the same.
    internal override void NoteUnused()
    {
        if (isUntouched)
        {
            code.Use.NoteUnused();
        }
    }

    internal override Failure Refused(TokenErrorResponse response) =>
        RefusalReasons.IsOfSetup(response) ? Failures.CodeRefusedForSetup(response) : Failures.CodeRefused(response);

    /// <summary>The scopes of the session that the code begins; <see langword="null"/> if each request names its own.</summary>
    internal ScopeGrant? SessionScopesOf(TokenResponse response) => NamesScopes ? null : new ScopeGrant(code.Scopes ?? Requested.Scopes, ScopesOf(response));

    private protected override void WriteOwn(FormBody form)
    {
        form.Use = code.Use;
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
