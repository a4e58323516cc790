using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthCode.Extensions.Tests;

/// <summary>What is told at the start because it will hurt later: keys that do not outlive the process, and refresh tokens that work once without leases.</summary>
internal sealed class StartupWarningTests : IDisposable
{
    private readonly CollectedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Test]
    public async Task Keys_in_memory_beside_a_shared_store()
    {
        using IHost host = HostOf(static services => services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>());
        await host.StartAsync();

        Assert.That(_log.MessagesOf(103).Single(), Does.StartWith("Sessions of entra are in a shared store, and the keys of Data Protection are in the memory of this process only").And.Contains("must sign in again"));
    }

    [Test]
    public async Task Keys_where_Data_Protection_puts_them_beside_a_shared_store()
    {
        using IHost host = HostOf(static services => services.AddDataProtection().SetApplicationName("tests"));
        await host.StartAsync();

        Assert.That(_log.MessagesOf(103).Single(), Does.Contain("a folder of this machine, or nowhere"));
    }

    [Test]
    public async Task Nothing_is_told_of_keys_that_are_persisted()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("authcode");
        try
        {
            using IHost host = HostOf(services => services.AddDataProtection().PersistKeysToFileSystem(folder));
            await host.StartAsync();

            Assert.That(_log.MessagesOf(103), Is.Empty);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Nothing_is_told_of_keys_that_the_host_of_the_container_keeps()
    {
        using IHost host = HostOf(static services =>
        {
            services.AddDataProtection();
            services.AddSingleton<IConfiguration>(new ConfigurationManager { ["ReadOnlyDataProtectionKeyDirectory"] = "/keys" });
        });
        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();

        Assert.That(_log.MessagesOf(103), Is.Empty);
    }

    [Test]
    public async Task Nothing_is_told_of_keys_without_a_shared_store()
    {
        using IHost host = HostOf(static services => services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>(), isShared: false);
        await host.StartAsync();

        Assert.That(_log.MessagesOf(103), Is.Empty);
    }

    [TestCase("SingleUse", true)]
    [TestCase("Reusable", false)]
    [TestCase("Automatic", false, Description = "at Entra ID")]
    public async Task Single_use_without_leases(string use, bool isTold)
    {
        using IHost host = HostOf(static services => services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>(), use);
        await host.StartAsync();

        Assert.That(_log.MessagesOf(13).Where(static message => message.Contains("two instances that refresh a session at the same time can end it", StringComparison.Ordinal)).Any(), Is.EqualTo(isTold));
    }

    private IHost HostOf(Action<IServiceCollection> protection, string use = "Automatic", bool isShared = true) => Hosts.Create(
        Hosts.AzureAd(("ClientId", The.Client), ("TenantId", The.Tenant), ("Sessions:RefreshTokenUse", use)),
        client => _ = isShared ? client.UseDistributedCache() : client,
        services =>
        {
            services.RemoveAll<IDataProtectionProvider>();
            services.AddLogging(logging => logging.AddProvider(_log)).AddDistributedMemoryCache();
            protection(services);
        });
}
