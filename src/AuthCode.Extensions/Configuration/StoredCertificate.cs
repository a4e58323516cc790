using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>A certificate in a certificate store, looked up again for each assertion: the newest that is valid.</summary>
/// <param name="path">The store, such as <c>CurrentUser/My</c>, which is the default.</param>
/// <param name="by">What it is found by.</param>
/// <param name="value">The thumbprint or distinguished name.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredCertificate(string? path, X509FindType by, string value, TimeProvider time)
{
    private readonly (StoreLocation Location, string Name) _store = Parse(path) ?? (StoreLocation.CurrentUser, "My");

    internal ValueTask<X509Certificate2> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Get());

    /// <exception cref="InvalidOperationException">The store has no such certificate.</exception>
    internal X509Certificate2 Get()
    {
        using var store = new X509Store(_store.Name, _store.Location);
        store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        return Newest(store.Certificates.Find(by, value, validOnly: false), time.GetUtcNow())
            ?? throw new InvalidOperationException("The certificate store has no such certificate that is valid and has its private key.");
    }

    /// <summary>The certificate that was issued last, of those that are valid and have a private key.</summary>
    internal static X509Certificate2? Newest(IEnumerable<X509Certificate2> certificates, DateTimeOffset now) => certificates
        .Where(certificate => certificate.HasPrivateKey && certificate.NotBefore.ToUniversalTime() <= now.UtcDateTime && now.UtcDateTime < certificate.NotAfter.ToUniversalTime())
        .OrderByDescending(static certificate => certificate.NotBefore)
        .ThenByDescending(static certificate => certificate.NotAfter)
        .FirstOrDefault();

    /// <summary>The location and the name of a store; <see langword="null"/> if the text names none.</summary>
    internal static (StoreLocation Location, string Name)? Parse(string? path) =>
        path?.Split('/') is [var location, { Length: > 0 } name] && Enum.TryParse(location, ignoreCase: true, out StoreLocation known) && Enum.IsDefined(known)
            ? (known, name)
            : null;
}
