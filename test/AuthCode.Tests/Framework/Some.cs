using Azure.Core;

namespace AuthCode.Tests;

/// <summary>Builders of what a test needs but does not care about.</summary>
internal static partial class Some
{
    internal static ServerProfile Profile { get; } = new EntraProfile(AuthorizationServer.EntraId(The.Tenant, The.Authority), ServerSettings.None);

    /// <summary>What masks secrets that were sent.</summary>
    internal static SecretRedactor Redactor(params byte[][] secrets)
    {
        var form = new FormBody();
        foreach (byte[] secret in secrets)
        {
            using var text = new SecretText(secret);
            form.AddSecret($"secret_{form.ToString().Length}", text);
        }

        return new SecretRedactor(form);
    }

    /// <summary>The parameters of a token request.</summary>
    internal static TokenParameters Parameters(TenantId tenant) => new(tenant, [The.Vault], claims: "{}", resource: null, Guid.Empty);

    internal static TokenRequestContext Request(params string[] scopes) => new(scopes.Length == 0 ? [The.Vault] : scopes);

    internal static TokenRequestContext Request(string scope, string? claims = null, string? tenant = null, bool cae = false, string? requestId = null) =>
        new([scope], requestId, claims, tenant, cae);

    internal static AuthorizationCodeCredentialOptions Options(HttpMessageHandler endpoint, TimeProvider? time = null, Action<AuthorizationCodeCredentialOptions>? configure = null)
    {
        var options = new AuthorizationCodeCredentialOptions
        {
            AuthorityHost = The.Authority,
            HttpClient = new HttpClient(endpoint) { Timeout = Timeout.InfiniteTimeSpan },
            TimeProvider = time ?? TimeProvider.System,
        };
        // Most tests count requests and not waits.
        options.Retry.Delay = TimeSpan.Zero;
        configure?.Invoke(options);
        return options;
    }

    internal static AuthorizationCodeClientOptions ClientOptions(HttpMessageHandler endpoint)
    {
        var options = new AuthorizationCodeClientOptions { AuthorityHost = The.Authority, HttpClient = new HttpClient(endpoint) { Timeout = Timeout.InfiniteTimeSpan } };
        options.Retry.Delay = TimeSpan.Zero;
        return options;
    }

    internal static AuthorizationCodeCredential Credential(HttpMessageHandler endpoint, TimeProvider? time = null, Action<AuthorizationCodeCredentialOptions>? configure = null) =>
        new(The.Tenant, The.Client, The.Code, The.Redirect, Options(endpoint, time, configure));
}
