namespace AuthCode;

/// <summary>The constructors' arguments and options, checked before anything is kept or sent.</summary>
internal static class Arguments
{
    /// <exception cref="ArgumentException">An argument or option is not usable; the message says what is.</exception>
    internal static (TenantId Tenant, Authority Authority) Check(string tenantId, AuthorizationCodeClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(tenantId);
        if (!TenantId.TryParse(tenantId, out TenantId tenant))
        {
            throw new ArgumentException($"The tenant id must be {TenantId.Rule}.", nameof(tenantId));
        }

        return Authority.TryCreate(options.AuthorityHost, out Authority? authority)
            ? (tenant, authority!)
            : throw new ArgumentException($"AuthorityHost must be {Authority.Rule}.", nameof(options));
    }

    /// <summary>The transport: the supplied one, one that shows the client's certificate, or the shared one.</summary>
    /// <exception cref="ArgumentException">The client authentication is not usable now, at this server, or with this transport.</exception>
    internal static HttpClient TransportOf(AuthorizationCodeClientOptions options, ClientAuthentication authentication, AuthorizationServer server)
    {
        authentication.Check(options.TimeProvider.GetUtcNow(), server.AssertionIssuer, nameof(options));
        return (authentication, options.HttpClient) switch
        {
            (MutualTlsAuthentication { Transport: null }, null) => throw new ArgumentException(
                "ClientAuthentication.MutualTls() needs a supplied HttpClient that shows the certificate: set HttpClient, or pass the certificate.", nameof(options)),
            (MutualTlsAuthentication { Transport: { } own }, null) => own,
            (MutualTlsAuthentication { Transport: not null }, not null) => throw new ArgumentException(
                "A supplied HttpClient shows its own certificate: use ClientAuthentication.MutualTls() with it, or leave HttpClient unset.", nameof(options)),
            _ => options.HttpClient ?? SharedHttpClient.Instance,
        };
    }

    /// <summary>What the requests to a server hold beside the standard's fields.</summary>
    /// <exception cref="ArgumentException">A resource indicator is not usable.</exception>
    internal static ServerProfile DialectOf(AuthorizationCodeClientOptions options, AuthorizationServer server)
    {
        foreach ((string scope, Uri resource) in options.Resources)
        {
            if (!Characters.AreScopeToken(scope) || resource is null || !resource.IsAbsoluteUri
                || resource.OriginalString.Contains('#', StringComparison.Ordinal) || !Characters.AreScopeToken(resource.OriginalString))
            {
                throw new ArgumentException(
                    "Each entry of Resources must be a scope and an absolute URI without a fragment (RFC 8707 section 2).", nameof(options));
            }
        }

        if (server.IsEntra && (options.DPoPKey is not null || options.UsePushedAuthorization))
        {
            throw new ArgumentException("Entra ID offers neither DPoP nor pushed authorization requests: leave DPoPKey and UsePushedAuthorization unset.", nameof(options));
        }

        string[] added = server.IsEntra ? Parameters.SignInScopes : options.RequestOfflineAccess ? [Parameters.OfflineAccess] : [];
        return new ServerProfile(
            server.IsEntra,
            added,
            options.Resources.ToDictionary(static entry => entry.Key, static entry => entry.Value.OriginalString, StringComparer.Ordinal),
            options.DPoPKey is { } key ? new DPoPProofs(key) : null);
    }

    /// <exception cref="ArgumentException">An allowed tenant is no tenant id.</exception>
    internal static TenantPolicy PolicyOf(TenantId configured, AuthorizationCodeClientOptions options, bool hasTenants)
    {
        var allowed = new HashSet<TenantId>();
        bool allowsAny = false;
        foreach (string entry in options.AdditionallyAllowedTenants)
        {
            if (entry == TenantPolicy.AnyTenant)
            {
                allowsAny = true;
            }
            else if (TenantId.TryParse(entry, out TenantId tenant))
            {
                allowed.Add(tenant);
            }
            else
            {
                throw new ArgumentException(
                    $"Each entry of AdditionallyAllowedTenants must be {TenantId.Rule}, or \"{TenantPolicy.AnyTenant}\".", nameof(options));
            }
        }

        return new TenantPolicy(configured, allowed, allowsAny, hasTenants);
    }

    /// <exception cref="ArgumentException">There is no scope, or one that is no scope.</exception>
    internal static IReadOnlyList<string> ScopesOf(IEnumerable<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        string[] all = [.. scopes.Distinct(StringComparer.Ordinal)];
        return all.Length > 0 && Array.TrueForAll(all, static scope => scope is not null && Characters.AreScopeToken(scope))
            ? all
            : throw new ArgumentException(
                "Pass at least one scope; each must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3).", nameof(scopes));
    }
}
