using AuthCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthCode.Extensions.Tests;

/// <summary>What is told when a host stops.</summary>
internal sealed class StopTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task What_the_store_did_not_take_is_told_once(bool isDown)
    {
        using var log = new CollectedLog();
        var store = new WatchedStore();
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        using IHost host = Hosts.Create(
            Hosts.AzureAd(("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId), ("ClientSecret", aad.ClientSecret)),
            static client => client.UseSessionStore<WatchedStore>(),
            services => services.AddSingleton(store).AddSingleton<ISessionProtector, PlainProtector>().AddLogging(logging => logging.AddProvider(log)));
        await host.StartAsync();
        if (isDown)
        {
            store.Failures["write"] = new IOException("s3cr3t");
        }

        await Hosts.SignInAsync(host);
        await host.StopAsync();

        Assert.That(log.Entries.Where(static entry => entry.Id == 105).Select(static entry => (entry.Level, entry.Message.Contains("sessions and sign-outs of entra could not be stored", StringComparison.Ordinal))),
            Is.EqualTo(isDown ? new[] { (LogLevel.Warning, true) } : []));
    }
}
