using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Identity.Client;

namespace AuthCode.Benchmarks.Subjects;

/// <summary>Each client as its users make it, on a transport that is given.</summary>
internal static class Clients
{
    internal static TokenRequestContext Request { get; } = new(The.Scopes);

    internal static TokenRequestContext OfTenant(string tenant) => new(The.Scopes, tenantId: tenant);

    internal static AuthorizationCodeCredential AuthCode(HttpClient http, Uri? authority = null, TimeProvider? time = null)
    {
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = authority ?? The.Authority, RedirectUri = The.Redirect, HttpClient = http };
        options.AdditionallyAllowedTenants.Add("*");
        if (time is not null)
        {
            options.TimeProvider = time;
        }

        return new AuthorizationCodeCredential(The.Tenant, The.Client, The.Secret, The.Code, options);
    }

    internal static AuthorizationCodeClient AuthCodeClient(HttpClient http, Uri? authority = null, TimeProvider? time = null) =>
        new(The.Tenant, The.Client, new AuthorizationCodeClientOptions
        {
            AuthorityHost = authority ?? The.Authority,
            HttpClient = http,
            ClientAuthentication = ClientAuthentication.Secret(The.Secret),
            TimeProvider = time ?? TimeProvider.System,
        });

    internal static Azure.Identity.AuthorizationCodeCredential AzureIdentity(HttpClient http, Uri? authority = null) => new(
        The.Tenant,
        The.Client,
        The.Secret,
        The.Code,
        new Azure.Identity.AuthorizationCodeCredentialOptions
        {
            AuthorityHost = authority ?? The.Authority,
            RedirectUri = The.Redirect,
            Transport = new HttpClientTransport(http),
            DisableInstanceDiscovery = true,
            AdditionallyAllowedTenants = { "*" },
        });

    internal static IConfidentialClientApplication Msal(HttpClient http, Uri? authority = null) => ConfidentialClientApplicationBuilder
        .Create(The.Client)
        .WithClientSecret(The.Secret)
        .WithRedirectUri(The.Redirect.OriginalString)
        .WithAuthority(new Uri(authority ?? The.Authority, The.Tenant))
        .WithInstanceDiscovery(false)
        .WithHttpClientFactory(new Factory(http))
        .Build();

    private sealed class Factory(HttpClient http) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => http;
    }
}
