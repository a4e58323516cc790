namespace AuthCode;

/// <summary>The options of clients and credentials, checked before anything is kept or sent.</summary>
internal static class Arguments
{
    /// <summary>The transport: the supplied one, one that shows the client's certificate, or the shared one.</summary>
    /// <exception cref="ArgumentException">The client authentication is not usable now, at this server, or with this transport.</exception>
    internal static Func<HttpClient> TransportOf(AuthorizationCodeOptions options, ClientAuthentication authentication, AuthorizationServer server)
    {
        if (options is { HttpClient: not null, CreateHttpClient: not null })
        {
            throw new ArgumentException("HttpClient and CreateHttpClient are both set: set one of them.", nameof(options));
        }

        authentication.Check(options.TimeProvider.GetUtcNow(), server.AssertionIssuer, nameof(options));
        Func<HttpClient>? supplied = options.CreateHttpClient is { } create ? Guarded(create)
            : options.HttpClient is { } held ? Always(held)
            : null;
        return (authentication, supplied) switch
        {
            (MutualTlsAuthentication { HasCertificate: false }, null) => throw new ArgumentException(
                "ClientAuthentication.MutualTlsBySuppliedHttpClient() needs an HTTP client that shows the certificate: set HttpClient, or pass the certificate to ClientAuthentication.MutualTls.", nameof(options)),
            (MutualTlsAuthentication own, null) => () => own.Transport,
            (MutualTlsAuthentication { HasCertificate: true }, not null) => throw new ArgumentException(
                "A supplied HTTP client shows its own certificate: use ClientAuthentication.MutualTlsBySuppliedHttpClient() with it, or leave HttpClient unset.", nameof(options)),
            _ => supplied ?? SharedHttpClient.Get,
        };
    }

    private static Func<HttpClient> Always(HttpClient client) => () => client;

    private static Func<HttpClient> Guarded(Func<HttpClient> create) => () => HttpClientUnavailableException.Guard(create);

    /// <summary>The settings of the server, with what the client adds to them.</summary>
    /// <exception cref="ArgumentException">A parameter has no name, or the library sets it itself.</exception>
    internal static ServerSettings SettingsOf(AuthorizationCodeOptions options, AuthorizationServer server) =>
        options is AuthorizationCodeClientOptions { AuthorizationParameters: { Count: > 0 } added } ? server.Settings.With(added) : server.Settings;

    /// <summary>What signs the proofs of tokens that are bound to a key.</summary>
    /// <exception cref="ArgumentException">The server binds no tokens, or is said to issue others.</exception>
    internal static DPoPProofs? ProofsOf(AuthorizationCodeOptions options, AuthorizationServer server) =>
        options is not AuthorizationCodeClientOptions { DPoPKey: { } key } ? null
        : server.IsEntra ? throw new ArgumentException("Entra ID does not offer DPoP: leave DPoPKey unset.", nameof(options))
        : server.Settings.BearerTypes.Count > 0 ? throw new ArgumentException(
            "Tokens that are bound to DPoPKey are no bearer tokens: leave DPoPKey unset, or BearerTokenTypes of the server empty.", nameof(options))
        : new DPoPProofs(key, options.TimeProvider);

    /// <exception cref="ArgumentException">An option does not apply to the server.</exception>
    internal static void RequireApplicable(AuthorizationCodeClientOptions options, AuthorizationServer server)
    {
        if (options.HasAuthorityHost)
        {
            throw new ArgumentException(
                "AuthorityHost does not apply to a client of an AuthorizationServer: leave it unset, and pass the host to the server.", nameof(options));
        }

        if (!server.HasTenants && options.AdditionallyAllowedTenants.Count > 0)
        {
            throw new ArgumentException("AdditionallyAllowedTenants applies to Entra ID only: leave it empty, since this server has no tenants.", nameof(options));
        }
    }

    /// <exception cref="ArgumentException">An allowed tenant is no tenant id.</exception>
    internal static TenantPolicy PolicyOf(AuthorizationServer server, AuthorizationCodeOptions options)
    {
        var allowed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        bool allowsAny = false;
        foreach (string entry in options.AdditionallyAllowedTenants)
        {
            if (entry == TenantPolicy.AnyTenant)
            {
                allowsAny = true;
            }
            else if (TenantId.TryParse(entry, out TenantId tenant))
            {
                allowed.Add(tenant.Value);
            }
            else
            {
                throw new ArgumentException(
                    $"Each entry of AdditionallyAllowedTenants must be {TenantId.Rule}, or \"{TenantPolicy.AnyTenant}\".", nameof(options));
            }
        }

        return new TenantPolicy(server.Tenant, allowed, allowsAny, server.HasTenants);
    }

    /// <exception cref="ArgumentException">A tenant is no tenant ID, or the server's ID tokens name no tenant.</exception>
    internal static IReadOnlySet<string> SignInTenantsOf(AuthorizationCodeOptions options, AuthorizationServer server)
    {
        string[] tenants = options is AuthorizationCodeClientOptions { AllowedSignInTenants: var allowed } ? [.. allowed] : [];
        if (tenants.Length > 0 && (!server.IsEntra || !server.HasTenants || server.Tenant.IsAdfs))
        {
            throw new ArgumentException("AllowedSignInTenants applies to Entra ID only: leave it empty, since the ID tokens of this server name no tenant.", nameof(options));
        }

        return Array.TrueForAll(tenants, static tenant => Guid.TryParseExact(tenant, "D", out _))
            ? new HashSet<string>(tenants, StringComparer.OrdinalIgnoreCase)
            : throw new ArgumentException("Each entry of AllowedSignInTenants must be a tenant ID, which is a GUID: ID tokens name tenants by their IDs.", nameof(options));
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
