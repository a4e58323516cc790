using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>A certificate in a certificate store, looked up again for each assertion: the newest that is valid.</summary>
/// <param name="path">The store, such as <c>CurrentUser/My</c>, which is the default.</param>
/// <param name="by">What it is found by.</param>
/// <param name="value">The thumbprint or distinguished name.</param>
internal sealed class StoredCertificate(string? path, X509FindType by, string value)
{
    internal ValueTask<X509Certificate2> GetAsync(CancellationToken cancellationToken)
    {
        string[] parts = (path is { Length: > 0 } ? path : "CurrentUser/My").Split('/');
        StoreLocation location = Enum.TryParse(parts[0], ignoreCase: true, out StoreLocation named) ? named : StoreLocation.CurrentUser;
        using var store = new X509Store(parts.Length > 1 ? parts[1] : "My", location);
        store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        X509Certificate2? newest = store.Certificates.Find(by, value, validOnly: false)
            .Where(static certificate => certificate.HasPrivateKey)
            .MaxBy(static certificate => certificate.NotAfter);
        return ValueTask.FromResult(newest ?? throw new InvalidOperationException("The certificate store has no such certificate with a private key."));
    }
}
