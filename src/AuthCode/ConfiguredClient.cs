namespace AuthCode;

/// <summary>A client as its options say: checked, and ready to begin sessions and sign-ins.</summary>
internal sealed class ConfiguredClient
{
    private ConfiguredClient(
        AuthorizationServer server, TenantId tenant, string clientId, AuthorizationCodeClientOptions options, SecretAuthentication? clientSecret, bool hasTenants)
    {
        ClientAuthentication authentication = clientSecret ?? options.ClientAuthentication;
        HttpClient http = Arguments.TransportOf(options, authentication, server);
        RetrySettings retry = options.Retry.ToSettings(nameof(options));
        var sender = new HttpSender(() => http, retry.NetworkTimeout, options.TimeProvider);
        var documents = new DocumentClient(sender);
        Registration = new ClientRegistration(
            sender,
            new MetadataSource(server, tenant, documents, authentication is MutualTlsAuthentication, options.TimeProvider),
            tenant,
            Arguments.DialectOf(options, server),
            ClientId.Parse(clientId),
            authentication,
            options.TimeProvider,
            NonThrowingLogger.Around(options.LoggerFactory));
        Tenants = Arguments.PolicyOf(tenant, options, hasTenants);
        Sessions = new SessionFactory(Registration, retry);
        SignIn = new SignInFlow(Registration, Sessions, documents, options.UsePushedAuthorization, options.DPoPKey?.Thumbprint);
    }

    internal ClientRegistration Registration { get; }

    internal TenantPolicy Tenants { get; }

    internal SessionFactory Sessions { get; }

    internal SignInFlow SignIn { get; }

    /// <summary>A client of a tenant of Entra ID.</summary>
    /// <exception cref="ArgumentException">An argument or option is not usable.</exception>
    internal static ConfiguredClient Create(string tenantId, string clientId, AuthorizationCodeClientOptions options, SecretAuthentication? clientSecret = null)
    {
        (TenantId tenant, Authority authority) = Arguments.Check(tenantId, options);
        return new ConfiguredClient(new EntraServer(authority), tenant, clientId, options, clientSecret, hasTenants: true);
    }

    /// <summary>A client of another server.</summary>
    /// <exception cref="ArgumentException">An argument or option is not usable.</exception>
    internal static ConfiguredClient Create(AuthorizationServer server, string clientId, AuthorizationCodeClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new ConfiguredClient(server, TenantId.Unchecked(server.Host), clientId, options, clientSecret: null, hasTenants: false);
    }
}
