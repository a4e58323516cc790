using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>Authenticates the client by a token of a managed identity (Entra ID: federated identity credentials). The credential that gets the token is a service of the host, since AuthCode has none of its own.</summary>
internal static class ManagedIdentityAssertion
{
    // What Entra ID takes as a client assertion; clouds other than the public one have their own name for it.
    private const string Audience = "api://AzureADTokenExchange";

    /// <param name="name">The name of the client.</param>
    /// <param name="entry">The entry of the configuration.</param>
    /// <param name="services">The services of the host.</param>
    /// <param name="reason">Why it cannot be used, as it follows the path of the entry.</param>
    internal static ClientAuthentication? Read(string name, IConfigurationSection entry, IServiceProvider services, out string? reason)
    {
        string[] scopes = [$"{(entry["TokenExchangeUrl"] is { Length: > 0 } audience ? audience : Audience)}/.default"];
        if (services.GetKeyedService<TokenCredential>(name) is not { } credential)
        {
            reason = $":SourceType is {CredentialKind.ManagedIdentity}, which needs a credential of the managed identity: register one under the name of the client, as services.AddKeyedSingleton<TokenCredential>(\"{name}\", …).";
            return null;
        }

        reason = null;
        return ClientAuthentication.Assertion(async cancellationToken =>
            (await credential.GetTokenAsync(new TokenRequestContext(scopes), cancellationToken).ConfigureAwait(false)).Token);
    }
}
