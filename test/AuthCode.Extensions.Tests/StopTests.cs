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

    [Test]
    public async Task What_is_left_when_the_time_to_stop_is_over_is_told()
    {
        using var log = new CollectedLog();
        var leases = new HangingLeases();
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        using IHost host = Hosts.Create(
            Hosts.AzureAd(("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId), ("ClientSecret", aad.ClientSecret)),
            static client => client.UseSessionStore<WatchedStore>(),
            services => services.AddSingleton<WatchedStore>().AddSingleton<ISessionLeases>(leases).AddSingleton<ISessionProtector, PlainProtector>().AddLogging(logging => logging.AddProvider(log)));
        await host.StartAsync();
        SignedInUser user = await Hosts.SignInAsync(host);
        Task<Azure.Core.AccessToken> refreshing = user.Credential.GetTokenAsync(new Azure.Core.TokenRequestContext(["https://storage.azure.com/.default"]), default).AsTask();
        await leases.Asked.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That(() => host.StopAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<AggregateException>());
        Assert.That(log.Entries.Where(static entry => entry.Id == 105).Select(static entry => entry.Message), Has.One.Contains("and 1 sessions and sign-outs of entra"));
        leases.Release();
        await refreshing;
    }

    private sealed class HangingLeases : ISessionLeases
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<ISessionLease?> _lease = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Asked => _asked.Task;

        public ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            return new(_lease.Task);
        }

        internal void Release() => _lease.TrySetException(new IOException("The service of leases is gone."));
    }
}
