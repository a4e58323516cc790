namespace AuthCode;

/// <summary>What is asked of the token endpoint: the scopes, for which tenant, with which claims, on the strength of what.</summary>
internal abstract class Grant
{
    /// <summary>The grant type on the wire.</summary>
    internal abstract string GrantType { get; }

    internal required TenantId Tenant { get; init; }

    /// <summary>The caller's scopes, each once and in his order.</summary>
    internal required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The caller's claims with the client's capabilities; <see langword="null"/> leaves the field out.</summary>
    internal string? Claims { get; init; }

    /// <summary>The correlation id; the same on a repetition, so that both ends can tell that it is one.</summary>
    internal required Guid RequestId { get; init; }

    /// <summary>Where Entra ID keeps the user, for the routing of a refresh.</summary>
    internal string? RoutingHint { get; init; }

    /// <summary>How many earlier answers to this very grant were lost.</summary>
    internal int AnswersLostBefore { get; init; }

    /// <summary>Whether someone is going to look at the ID token of the answer.</summary>
    internal virtual bool KeepsIdToken => false;

    internal abstract Failure Refused(TokenErrorResponse response);

    /// <summary>Adds the grant's own fields, then those that every grant has.</summary>
    internal void Write(FormBody form)
    {
        form.Add(Parameters.GrantType, GrantType);
        WriteOwn(form);
        form.Add(Parameters.Scope, WithSignInScopes(Scopes));
        if (Claims is not null)
        {
            form.Add(Parameters.Claims, Claims);
        }

        form.Add(Parameters.ClientInfo, "1");
    }

    public override string ToString() => $"{GrantType} for {Tenant}";

    private protected abstract void WriteOwn(FormBody form);

    // offline_access brings the refresh token, openid and profile the account; Entra ID takes them beside any API's scopes.
    private static string WithSignInScopes(IReadOnlyList<string> scopes) =>
        scopes.Count == 1 && !Parameters.IsReservedScope(scopes[0])
            ? $"{scopes[0]} {Parameters.OpenId} {Parameters.Profile} {Parameters.OfflineAccess}"
            : string.Join(' ', [.. scopes, .. Parameters.SignInScopes.Where(scope => !scopes.Contains(scope))]);
}
