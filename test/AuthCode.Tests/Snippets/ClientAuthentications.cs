using System.Security.Cryptography.X509Certificates;
using Azure.Core;

namespace AuthCode.Tests.Snippets;

/// <summary>The code of docs/client-authentication.md, compiled.</summary>
internal static class ClientAuthentications
{
    internal static ClientAuthentication FromFilesOrStores(string password, string thumbprint)
    {
        X509Certificate2 fromPfx = X509CertificateLoader.LoadPkcs12FromFile("client.pfx", password);
        X509Certificate2 fromPem = X509Certificate2.CreateFromPemFile("client.crt", "client.key");
        using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadOnly);
        X509Certificate2 fromStore = store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false)[0];

        ClientAuthentication authentication = ClientAuthentication.Certificate(fromPfx);
        return fromPem.Equals(fromStore) ? ClientAuthentication.None : authentication;
    }

    internal static ClientAuthentication ForOtherServers(X509Certificate2 certificate)
    {
        ClientAuthentication authentication = ClientAuthentication.Certificate(certificate, new ClientAssertionOptions
        {
            Algorithm = ClientAssertionAlgorithm.ES256,
            Audience = ClientAssertionAudience.Issuer,
            Type = "client-authentication+jwt",
        });
        return authentication;
    }

    internal static ClientAuthentication FromAFile()
    {
        ClientAuthentication authentication = ClientAuthentication.AssertionFile(Environment.GetEnvironmentVariable("AZURE_FEDERATED_TOKEN_FILE")!);
        return authentication;
    }

    internal static ClientAuthentication FromAManagedIdentity(TokenCredential managedIdentity)
    {
        ClientAuthentication authentication = ClientAuthentication.Assertion(async cancellationToken =>
            (await managedIdentity.GetTokenAsync(new TokenRequestContext(["api://AzureADTokenExchange/.default"]), cancellationToken)).Token);
        return authentication;
    }

    internal static ClientAuthentication[] ByTheConnection(X509Certificate2 certificate)
    {
        ClientAuthentication own = ClientAuthentication.MutualTls(certificate);
        ClientAuthentication supplied = ClientAuthentication.MutualTlsBySuppliedHttpClient();
        return [own, supplied];
    }

    internal static ClientAuthentication[] BySecret(string clientSecret)
    {
        ClientAuthentication inTheBody = ClientAuthentication.Secret(clientSecret);
        ClientAuthentication inTheHeader = ClientAuthentication.Secret(clientSecret, ClientSecretMethod.Basic);
        return [inTheBody, inTheHeader];
    }

    internal static ClientAuthentication[] Rotating(IVault vault, X509Certificate2 newestCertificate)
    {
        ClientAuthentication secret = ClientAuthentication.Secret(async cancellationToken => await vault.GetSecretAsync(cancellationToken), ClientSecretMethod.Post);
        ClientAuthentication rotating = ClientAuthentication.Certificate(_ => ValueTask.FromResult(newestCertificate), new ClientAssertionOptions());
        return [secret, rotating];
    }

    /// <summary>Where a service keeps its secrets.</summary>
    internal interface IVault
    {
        Task<string> GetSecretAsync(CancellationToken cancellationToken);
    }
}
