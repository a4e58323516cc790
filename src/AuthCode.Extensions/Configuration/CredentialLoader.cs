using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>Loads the credential of an entry, or says why it cannot be used here. Nothing is requested, and no secret is quoted.</summary>
/// <param name="name">The name of the client.</param>
/// <param name="registration">The registration of the client.</param>
/// <param name="services">The services of the host.</param>
/// <param name="assertions">How certificates sign.</param>
/// <param name="time">The clock.</param>
internal sealed class CredentialLoader(string name, ClientRegistrationOptions registration, IServiceProvider services, ClientAssertionOptions assertions, TimeProvider time)
{
    private const string FederatedTokenFile = "AZURE_FEDERATED_TOKEN_FILE";

    /// <param name="entry">The entry, which has been checked.</param>
    /// <param name="reason">Why it cannot be used, as it follows its path.</param>
    internal ClientCredential? TryLoad(SectionReader entry, out string? reason)
    {
        try
        {
            return Load(entry, out reason);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            // What the exception says can quote a path, and what it is made from, a secret; a message of our own about a certificate quotes nothing.
            reason = $" is not usable ({(e is ArgumentException { ParamName: "certificate" } ? e.Message.Split(" (Parameter")[0] : e.GetType().Name)}): check the file or store, the certificate and its password, as with openssl or certutil.";
            return null;
        }
    }

    private ClientCredential? Load(SectionReader entry, out string? reason)
    {
        reason = null;
        string type = entry.Text("SourceType")!;
        if (registration.CredentialSources.TryGetValue(type, out var create))
        {
            return new ClientCredential(create(services, entry.Section));
        }

        if (CredentialKind.FindElsewhere(type) is { } elsewhere)
        {
            reason = $":SourceType is {elsewhere}, which needs code of the service: add a source to the registration of the client, as .AddClientCredentialSource(\"{elsewhere}\", …).";
            return null;
        }

        switch (CredentialKind.Find(type)!.Name)
        {
            case CredentialKind.ClientSecret:
                return new ClientCredential(ClientAuthentication.Secret(entry.Text("ClientSecret")!));
            case CredentialKind.AssertionFile:
                return LoadAssertionFile(entry, out reason);
            case CredentialKind.ManagedIdentity:
                return ManagedIdentityAssertion.Read(name, entry.Section, services, out reason) is { } assertion ? new ClientCredential(assertion) : null;
            case CredentialKind.Path:
                var file = new CertificateFile(entry.Text("CertificateDiskPath")!, entry.Text("CertificatePassword"));
                return OfCertificate(file.Get(), file.GetAsync);
            case CredentialKind.Base64Encoded:
                X509Certificate2 encoded = CertificateFile.Load(Convert.FromBase64String(entry.Text("Base64EncodedValue")!), entry.Text("CertificatePassword"));
                return OfCertificate(encoded, _ => ValueTask.FromResult(encoded));
            case CredentialKind.StoreWithThumbprint:
                return OfStore(entry, X509FindType.FindByThumbprint, "CertificateThumbprint");
            default:
                return OfStore(entry, X509FindType.FindBySubjectDistinguishedName, "CertificateDistinguishedName");
        }
    }

    private ClientCredential OfStore(SectionReader entry, X509FindType by, string key)
    {
        var stored = new StoredCertificate(entry.Text("CertificateStorePath"), by, entry.Text(key)!, time);
        return OfCertificate(stored.Get(), stored.GetAsync);
    }

    private ClientCredential OfCertificate(X509Certificate2 certificate, Func<CancellationToken, ValueTask<X509Certificate2>> get)
    {
        // For its checks: the one that signs is the certificate of each moment.
        _ = ClientAuthentication.Certificate(certificate, assertions);
        return certificate.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime
            ? new ClientCredential(ClientAuthentication.Certificate(get, assertions)) { GetCertificate = get }
            : throw new ArgumentException("the certificate has expired", nameof(certificate));
    }

    private static ClientCredential? LoadAssertionFile(SectionReader entry, out string? reason)
    {
        string? path = entry.Text("SignedAssertionFileDiskPath") ?? Environment.GetEnvironmentVariable(FederatedTokenFile);
        reason = string.IsNullOrEmpty(path)
            ? $":SignedAssertionFileDiskPath is missing, and the environment has no {FederatedTokenFile}: set the absolute path of the file, as /var/run/secrets/azure/tokens/azure-identity-token."
            : !File.Exists(path)
            ? ":SignedAssertionFileDiskPath names no file that can be read: correct the path, as /var/run/secrets/azure/tokens/azure-identity-token."
            : null;
        return reason is null ? new ClientCredential(ClientAuthentication.AssertionFile(path!)) { AssertionFile = path } : null;
    }
}
