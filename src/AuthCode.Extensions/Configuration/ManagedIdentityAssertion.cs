using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>Authenticates the client by a token of a managed identity (Entra ID: federated identity credentials). The credential that gets the token is a service of the host, since AuthCode has none of its own.</summary>
internal static class ManagedIdentityAssertion
{
    internal const string SourceType = "SignedAssertionFromManagedIdentity";

    // What Entra ID takes as a client assertion; clouds other than the public one have their own name for it.
    private const string Audience = "api://AzureADTokenExchange";

    internal static ClientAuthentication? Read(string name, IConfigurationSection entry, IServiceProvider services, List<string> reasons)
    {
        if (!string.IsNullOrEmpty(entry["ManagedIdentityClientId"]))
        {
            reasons.Add($"{entry.Path}:ManagedIdentityClientId has no effect: the credential that is registered decides which identity it is. Remove the key, and pass the client ID to that credential.");
            return null;
        }

        if (services.GetKeyedService<TokenCredential>(name) is not { } credential)
        {
            reasons.Add($"{entry.Path}:SourceType is {SourceType}, which needs a credential of the managed identity: register one under the name of the client, as services.AddKeyedSingleton<TokenCredential>(\"{name}\", …).");
            return null;
        }

        string[] scopes = [$"{(entry["TokenExchangeUrl"] is { Length: > 0 } audience ? audience : Audience)}/.default"];
        return ClientAuthentication.Assertion(async cancellationToken =>
            (await credential.GetTokenAsync(new TokenRequestContext(scopes), cancellationToken).ConfigureAwait(false)).Token);
    }
}
