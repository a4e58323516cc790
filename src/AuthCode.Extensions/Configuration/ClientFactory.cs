using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Creates the client of a name from its configuration, or says all that is wrong with it.</summary>
internal static class ClientFactory
{
    /// <exception cref="OptionsValidationException">The configuration is not usable; the message has all problems.</exception>
    internal static AuthorizationCodeClient Create(string name, IServiceProvider services)
    {
        List<string> problems = [];
        AuthorizationCodeClient? client = TryCreate(name, services, problems);
        return problems.Count == 0 ? client! : throw new OptionsValidationException(name, typeof(AuthorizationCodeClientOptions), problems);
    }

    internal static AuthorizationCodeClient? TryCreate(string name, IServiceProvider services, List<string> problems)
    {
        ClientRegistrationOptions registration = services.GetRequiredService<IOptionsMonitor<ClientRegistrationOptions>>().Get(name);
        IConfigurationSection section = registration.Section!;
        if (!section.Exists())
        {
            problems.Add($"The section '{section.Path}' is empty or absent: is its name right? It needs at least {section.Path}:TenantId and {section.Path}:ClientId.");
            return null;
        }

        string? clientId = section["ClientId"];
        if (string.IsNullOrEmpty(clientId))
        {
            problems.Add($"{section.Path}:ClientId is missing: set it to the application (client) ID, as 00000000-0000-0000-0000-000000000000.");
        }

        var options = new AuthorizationCodeClientOptions
        {
            LoggerFactory = services.GetService<ILoggerFactory>(),
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
        };
        IHttpClientFactory http = services.GetRequiredService<IHttpClientFactory>();
        options.CreateHttpClient = () => http.CreateClient(name);
        AuthorizationServer? server = ConfiguredServer.Read(section, problems);
        options.ClientAuthentication = ConfiguredCredential.Read(name, section, registration, services, problems);
        ConfiguredOptions.Read(section, options, problems);
        foreach (Action<IServiceProvider, AuthorizationCodeClientOptions> configure in registration.Configure)
        {
            configure(services, options);
        }

        if (problems.Count > 0)
        {
            return null;
        }

        try
        {
            return new AuthorizationCodeClient(server!, clientId!, options);
        }
        catch (ArgumentException e)
        {
            problems.Add($"{section.Path} is not usable: {e.Message.Split(" (Parameter")[0]}");
            return null;
        }
    }
}
