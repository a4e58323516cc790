namespace AuthCode;

/// <summary>A request of the token endpoint: for which token, and on the strength of what.</summary>
internal abstract class Grant(string grantType, TokenParameters parameters, string? routingHint = null)
    : EndpointForm(parameters.RequestId, carriesProof: true, routingHint)
{
    /// <summary>The grant type on the wire.</summary>
    internal readonly string GrantType = grantType;

    internal readonly TenantId Tenant = parameters.Tenant;

    internal readonly TokenParameters Requested = parameters;

    /// <summary>The failure that <c>invalid_grant</c> means for this grant.</summary>
    internal abstract Failure Refused(TokenErrorResponse response);

    /// <summary>Adds the grant's own fields, then those that every grant has.</summary>
    internal sealed override void Write(FormBody form, ServerProfile profile)
    {
        form.Add(Parameters.GrantType, GrantType);
        WriteOwn(form);
        form.Add(Parameters.Scope, profile.ScopeOf(Requested.Scopes));
        if (Requested.Resource is not null)
        {
            form.Add(Parameters.Resource, Requested.Resource);
        }

        if (Requested.Claims is not null)
        {
            form.Add(Parameters.Claims, Requested.Claims);
        }

        foreach ((string name, string value) in profile.OwnFields)
        {
            form.Add(name, value);
        }
    }

    public override string ToString() => $"{GrantType} for {Tenant}";

    private protected abstract void WriteOwn(FormBody form);
}
