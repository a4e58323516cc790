using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Extensions.Tests;

/// <summary>Certificates of a certificate store: the newest that is valid.</summary>
internal sealed class StoredCertificateTests
{
    [Test]
    public void The_newest_valid_one_with_its_key_is_taken()
    {
        DateTimeOffset now = The.Now;
        using X509Certificate2 expired = Certificates.Create("CN=expired", now.AddDays(-1), now.AddSeconds(-1));
        using X509Certificate2 older = Certificates.Create("CN=older", now.AddDays(-30), now.AddYears(10));
        using X509Certificate2 newest = Certificates.Create("CN=newest", now.AddDays(-3), now.AddDays(3));
        using X509Certificate2 future = Certificates.Create("CN=future", now.AddDays(1), now.AddYears(10));
        using X509Certificate2 whole = Certificates.Create("CN=keyless", now.AddDays(-2), now.AddDays(3));
        using X509Certificate2 keyless = X509CertificateLoader.LoadCertificate(whole.RawData);

        Assert.Multiple(() =>
        {
            Assert.That(StoredCertificate.Newest([expired, older, newest, future, keyless], now)?.Subject, Is.EqualTo("CN=newest"));
            Assert.That(StoredCertificate.Newest([expired, older, newest, future, keyless], now.AddDays(5))?.Subject, Is.EqualTo("CN=future"));
            Assert.That(StoredCertificate.Newest([expired, future, keyless], now), Is.Null);
        });
    }

    [TestCase("CurrentUser/My", StoreLocation.CurrentUser, "My")]
    [TestCase("localmachine/WebHosting", StoreLocation.LocalMachine, "WebHosting")]
    public void A_store_is_named_by_its_location_and_name(string path, StoreLocation location, string name) =>
        Assert.That(StoredCertificate.Parse(path), Is.EqualTo((location, name)));

    [TestCase("My")]
    [TestCase("7/My")]
    [TestCase("CurrentUser/")]
    [TestCase("CurrentUser/My/More")]
    public void Anything_else_is_no_store(string path) => Assert.That(StoredCertificate.Parse(path), Is.Null);

    [TestCase(X509FindType.FindBySubjectDistinguishedName)]
    [TestCase(X509FindType.FindByThumbprint)]
    public void It_is_looked_up_again_each_time(X509FindType by)
    {
        const string Name = "AuthCodeTests";
        string subject = $"CN=AuthCode {by}";
        using X509Certificate2 first = Certificates.Create(subject, The.Now.AddDays(-2)), second = Certificates.Create(subject, The.Now.AddDays(-1));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now);
        using var store = new X509Store(Name, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        try
        {
            store.Add(first);
            var stored = new StoredCertificate($"CurrentUser/{Name}", by, by == X509FindType.FindByThumbprint ? first.Thumbprint : subject, time);
            string before = stored.Get().Thumbprint;
            store.Add(second);

            Assert.That((before, stored.Get().Thumbprint), Is.EqualTo((first.Thumbprint, by == X509FindType.FindByThumbprint ? first.Thumbprint : second.Thumbprint)));
        }
        finally
        {
            store.Remove(first);
            store.Remove(second);
        }
    }
}
