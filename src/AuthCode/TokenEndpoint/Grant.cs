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

    /// <summary>The API that the token is for (RFC 8707); <see langword="null"/> leaves the field out.</summary>
    internal string? Resource { get; init; }

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
    internal void Write(FormBody form, ServerProfile dialect)
    {
        form.Add(Parameters.GrantType, GrantType);
        WriteOwn(form);
        form.Add(Parameters.Scope, dialect.ScopesWith(Scopes));
        if (Resource is not null)
        {
            form.Add(Parameters.Resource, Resource);
        }

        if (Claims is not null)
        {
            form.Add(Parameters.Claims, Claims);
        }

        if (dialect.IsEntra)
        {
            form.Add(Parameters.ClientInfo, "1");
        }
    }

    public override string ToString() => $"{GrantType} for {Tenant}";

    private protected abstract void WriteOwn(FormBody form);
}
