using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>A client as its options say: checked, and ready to begin sessions and sign-ins.</summary>
internal sealed class ConfiguredClient
{
    // Not of a credential with a client of its own: nobody signs in by it, or finds its session.
    private readonly SessionDirectory? _directory;
    private readonly SignInFlow? _signIn;

    private ConfiguredClient(AuthorizationServer server, string clientId, AuthorizationCodeOptions options, ClientAuthentication authentication)
    {
        RetrySettings retry = options.Retry.ToSettings(nameof(options));
        ILogger logger = NonThrowingLogger.Around(options.LoggerFactory);
        bool isOwn = options is { HttpClient: null, CreateHttpClient: null };
        var sender = new HttpSender(Arguments.TransportOf(options, authentication, server), retry.NetworkTimeout, options.TimeProvider, isOwn);
        var documents = new DocumentClient(sender, logger);
        Registration = new ClientRegistration(
            sender,
            new MetadataSource(server, server.Tenant, documents, authentication is MutualTlsAuthentication, options.TimeProvider),
            ServerProfile.Of(server, Arguments.SettingsOf(options, server), Arguments.ProofsOf(options, server)),
            server is { IsEntra: true, Tenant.IsAdfs: false } ? ClientId.Parse(clientId).AtEntra() : ClientId.Parse(clientId),
            authentication,
            options.TimeProvider,
            logger);
        Tenants = Arguments.PolicyOf(server, options);
        SessionSettings? settings = options is AuthorizationCodeClientOptions { Sessions: var userSessions } ? SessionSettings.From(userSessions) : null;
        Sessions = new SessionFactory(Registration, retry, settings);
        if (settings is not null)
        {
            _directory = new SessionDirectory(Sessions, settings);
            _signIn = new SignInFlow(Registration, Sessions, _directory, documents, Arguments.SignInTenantsOf(options, server));
        }
    }

    internal readonly ClientRegistration Registration;

    internal readonly TenantPolicy Tenants;

    internal readonly SessionFactory Sessions;

    internal SessionDirectory Directory => _directory!;

    internal SignInFlow SignIn => _signIn!;

    /// <summary>A client of a tenant of Entra ID, with the options of a client or of a credential.</summary>
    /// <exception cref="ArgumentException">An argument or option is not usable.</exception>
    internal static ConfiguredClient Create(string tenantId, string clientId, AuthorizationCodeOptions options, SecretAuthentication? clientSecret = null) => new(
        EntraServer.Create(tenantId, options.AuthorityHost, isFromEnvironment: !options.HasAuthorityHost, nameof(options)),
        clientId,
        options,
        clientSecret ?? options.ClientAuthentication);

    /// <summary>A client of any server.</summary>
    /// <exception cref="ArgumentException">An argument or option is not usable, or does not apply to the server.</exception>
    internal static ConfiguredClient Create(AuthorizationServer server, string clientId, AuthorizationCodeClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(server);
        Arguments.RequireApplicable(options, server);
        return new ConfiguredClient(server, clientId, options, options.ClientAuthentication);
    }
}
