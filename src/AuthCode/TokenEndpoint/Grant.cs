using System.Diagnostics;

namespace AuthCode;

/// <summary>A request of the token endpoint: for which token, and on the strength of what.</summary>
/// <param name="grantType">The grant type on the wire.</param>
/// <param name="parameters">What the token is requested with.</param>
/// <param name="scope">The value of <c>scope</c>; <see langword="null"/> leaves it out.</param>
/// <param name="changes">What the server wants otherwise.</param>
/// <param name="routingHint">Where Entra ID keeps the user.</param>
internal abstract class Grant(string grantType, TokenParameters parameters, string? scope, ParameterChanges changes, string? routingHint = null)
    : EndpointForm(parameters.RequestId, carriesProof: true, routingHint)
{
    /// <summary>The grant type on the wire.</summary>
    internal readonly string GrantType = grantType;

    internal readonly TenantId Tenant = parameters.Tenant;

    internal readonly TokenParameters Requested = parameters;

    /// <summary>The number of the attempt, from 1.</summary>
    internal int Attempt;

    /// <summary>What the request is a part of in a trace.</summary>
    internal ActivityContext Parent;

    /// <summary>Whether the request names its scopes.</summary>
    internal bool NamesScopes => scope is not null;

    /// <summary>The scopes that a response grants which names none.</summary>
    internal abstract string[] ImpliedScopes { get; }

    /// <summary>Whether scopes are requested that the server has not granted to the session.</summary>
    internal virtual bool ExceedsSession => false;

    /// <summary>Whether fewer scopes are requested than the server has granted to the session.</summary>
    internal virtual bool NarrowsSession => false;

    /// <summary>The failure that <c>invalid_grant</c> means for this grant.</summary>
    internal abstract Failure Refused(TokenErrorResponse response);

    /// <summary>The scopes that a response grants.</summary>
    internal string[] ScopesOf(TokenResponse response) => response.Scope is { } text ? ScopeGrant.Split(text, Requested.Scopes) : ImpliedScopes;

    /// <summary>Adds the grant's own fields, then those that every grant has.</summary>
    internal sealed override void Write(FormBody form, ServerProfile profile)
    {
        form.Add(Parameters.GrantType, GrantType);
        WriteOwn(form);
        Add(form, Parameters.Scope, scope);
        Add(form, Parameters.Resource, Requested.Resource);
        Add(form, Parameters.Claims, Requested.Claims);
        foreach ((string name, string value) in profile.OwnFields)
        {
            form.Add(name, value);
        }

        foreach ((string name, string value) in changes.Added)
        {
            form.Add(name, value);
        }
    }

    public override string ToString() => $"{GrantType} for {Tenant}";

    private protected abstract void WriteOwn(FormBody form);

    private void Add(FormBody form, string name, string? value)
    {
        if (value is not null && !changes.Excludes(name))
        {
            form.Add(name, value);
        }
    }
}
