namespace AuthCode.Extensions.Tests;

/// <summary>Certificates in files, which are replaced while the service runs.</summary>
internal sealed class CertificateFileTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("authcode").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_file_is_read_again_when_it_has_changed()
    {
        string path = Path.Combine(_folder, "client.pem");
        await File.WriteAllTextAsync(path, Certificates.Pem("CN=one"));
        var file = new CertificateFile(path, null);
        string first = file.Get().Subject;
        await File.WriteAllTextAsync(path, Certificates.Pem("CN=two"));
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(2));

        Assert.That((first, file.Get().Subject), Is.EqualTo(("CN=one", "CN=two")));
    }

    [Test]
    public void It_is_not_loaded_again_while_it_has_not_changed()
    {
        string path = Path.Combine(_folder, "client.pem");
        File.WriteAllText(path, Certificates.Pem("CN=one"));
        var file = new CertificateFile(path, null);
        var first = file.Get();

        Assert.That(file.Get(), Is.SameAs(first));
    }

    [Test]
    public void A_folder_that_a_link_leads_through_is_replaced_as_Kubernetes_does()
    {
        foreach (string version in (string[])["one", "two"])
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder, $"..{version}")).FullName;
            File.WriteAllText(Path.Combine(folder, "client.pem"), Certificates.Pem($"CN={version}"));
            File.SetLastWriteTimeUtc(Path.Combine(folder, "client.pem"), The.Now.UtcDateTime.AddHours(version.Length).AddMinutes(version[0]));
        }

        string data = Path.Combine(_folder, "..data");
        Directory.CreateSymbolicLink(data, Path.Combine(_folder, "..one"));
        File.CreateSymbolicLink(Path.Combine(_folder, "client.pem"), Path.Combine("..data", "client.pem"));
        var file = new CertificateFile(Path.Combine(_folder, "client.pem"), null);
        string first = file.Get().Subject;
        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, Path.Combine(_folder, "..two"));

        Assert.That((first, file.Get().Subject), Is.EqualTo(("CN=one", "CN=two")));
    }

    [Test]
    public void While_a_file_is_being_replaced_the_certificate_before_serves()
    {
        string path = Path.Combine(_folder, "client.pem");
        File.WriteAllText(path, Certificates.Pem("CN=one"));
        var file = new CertificateFile(path, null);
        string first = file.Get().Subject;
        File.WriteAllText(path, "-----BEGIN CERT");
        string during = file.Get().Subject;
        File.Delete(path);
        string without = file.Get().Subject;
        File.WriteAllText(path, Certificates.Pem("CN=two"));

        Assert.That((first, during, without, file.Get().Subject), Is.EqualTo(("CN=one", "CN=one", "CN=one", "CN=two")));
    }

    [Test]
    public void Without_a_certificate_before_the_failure_is_told() =>
        Assert.That(() => new CertificateFile(Path.Combine(_folder, "none.pem"), null).Get(), Throws.InstanceOf<IOException>());
}
