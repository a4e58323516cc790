using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Creates the client of a name from its configuration, or says all that is wrong with it.</summary>
internal static class ClientFactory
{
    /// <exception cref="OptionsValidationException">The configuration is not usable, or services are missing; the message has all problems.</exception>
    internal static RegisteredClient Create(string name, IServiceProvider services)
    {
        List<string> problems = [];
        RegisteredClient? client = TryCreate(name, services, problems);
        return client ?? throw new OptionsValidationException(name, typeof(AuthorizationCodeClientOptions), problems);
    }

    private static RegisteredClient? TryCreate(string name, IServiceProvider services, List<string> problems)
    {
        ClientRegistrationOptions registration = services.GetRequiredService<IOptionsMonitor<ClientRegistrationOptions>>().Get(name);
        IConfigurationSection section = registration.Section!;
        if (!section.Exists())
        {
            problems.Add($"The section '{section.Path}' is empty or absent: is its name right? It needs at least {section.Path}:TenantId and {section.Path}:ClientId.");
            return null;
        }

        ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger(ExtensionsLog.Category) ?? NullLogger.Instance;
        var reader = new SectionReader(section, problems);
        reader.TryRequire("ClientId", "is missing: set it to the application (client) ID, as 00000000-0000-0000-0000-000000000000.", out string? clientId);
        AuthorizationServer? server = ConfiguredServer.Read(reader);
        AuthorizationCodeClientOptions options = OptionsOf(name, services);
        ConfiguredOptions.Read(reader, options);
        ConfiguredSignIn.Read(reader, options);
        var assertions = new ClientAssertionOptions { SendCertificateChain = reader.Flag("SendX5C") ?? false };
        var loader = new CredentialLoader(name, registration, services, assertions, options.TimeProvider);
        var credential = ConfiguredCredential.Read(reader, loader, registration, problems, logger);
        options.ClientAuthentication = credential.Authentication;
        UnknownKeys.Tell(section, registration, logger);
        RunCode(registration, services, options, problems);
        if (problems.Count > 0)
        {
            return null;
        }

        try
        {
            var client = new AuthorizationCodeClient(server!, clientId!, options);
            string? keyRingProblem = KeyRingProblemOf(services, registration, options);
            if (keyRingProblem is not null)
            {
                ExtensionsLog.KeysNotPersisted(logger, name, keyRingProblem);
            }

            return new RegisteredClient(client, credential, options.Sessions, keyRingProblem, options.TimeProvider)
            {
                NeedsMetadataForTokens = SignInKeys.IsProvider(reader),
            };
        }
        catch (ArgumentException e)
        {
            problems.Add($"{section.Path} is not usable: {e.Message.Split(" (Parameter")[0]}");
            return null;
        }
    }

    // A service that is missing does not hide what is wrong with the section. An exception that is all that is wrong is thrown as it is.
    private static void RunCode(ClientRegistrationOptions registration, IServiceProvider services, AuthorizationCodeClientOptions options, List<string> problems)
    {
        List<Exception> failures = [];
        foreach (Action<IServiceProvider, AuthorizationCodeClientOptions> configure in registration.Configure)
        {
            try
            {
                configure(services, options);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }

        if (problems.Count == 0 && failures is [var only])
        {
            ExceptionDispatchInfo.Throw(only);
        }

        problems.AddRange(failures.Select(static failure => failure is InvalidOperationException or ArgumentException ? failure.Message
            : $"The code that configures the client failed ({failure.GetType().Name})."));
    }

    private static AuthorizationCodeClientOptions OptionsOf(string name, IServiceProvider services)
    {
        IHttpClientFactory http = services.GetRequiredService<IHttpClientFactory>();
        return new AuthorizationCodeClientOptions
        {
            LoggerFactory = services.GetService<ILoggerFactory>(),
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
            CreateHttpClient = () => http.CreateClient(name),
        };
    }

    private static string? KeyRingProblemOf(IServiceProvider services, ClientRegistrationOptions registration, AuthorizationCodeClientOptions options) =>
        options.Sessions is { Store: not null, Protector: DataProtectionSessionProtector } && registration.Services is { } registered
            ? KeyRing.ProblemOf(services.GetRequiredService<IDataProtectionProvider>(), registered, services.GetService<IConfiguration>())
            : null;
}
