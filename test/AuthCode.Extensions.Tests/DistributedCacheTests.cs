using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthCode.Extensions.Tests;

/// <summary>Sessions in a distributed cache: shared by hosts, and gone on after a restart.</summary>
internal sealed class DistributedCacheTests
{
    [Test]
    public async Task A_session_goes_on_at_another_host_and_is_ended_on_both()
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        using var cache = new ServiceCollection().AddDistributedMemoryCache().BuildServiceProvider();
        var protection = new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider();
        using IHost one = HostFor(aad, cache, protection), other = HostFor(aad, cache, protection);
        SignedInUser user = await Hosts.SignInAsync(one);

        UserSession? session = await other.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey);
        AccessToken token = await session!.Credential.GetTokenAsync(new TokenRequestContext(["https://storage.azure.com/.default"]), CancellationToken.None);
        await one.Services.GetRequiredService<UserSessions>().EndAsync(user.SessionKey);

        Assert.That(
            (token.Token.Length > 0, session.AccountKey, await other.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey)),
            Is.EqualTo((true, user.AccountKey, (UserSession?)null)));
    }

    [Test]
    public async Task Versions_are_kept_and_the_mark_of_an_end_beats_all()
    {
        using var cache = new ServiceCollection().AddDistributedMemoryCache().BuildServiceProvider();
        var store = new DistributedCacheSessionStore(cache.GetRequiredService<IDistributedCache>());
        DateTimeOffset until = DateTimeOffset.MaxValue.AddYears(-1);
        StoredSession Session(long version) => new(new byte[] { 1, 2, 3 }, version, until);

        bool first = await store.TryWriteAsync("k", Session(1), 0);
        bool again = await store.TryWriteAsync("k", Session(1), 0);
        bool next = await store.TryWriteAsync("k", Session(2), 1);
        StoredSession? stored = await store.ReadAsync("k");
        await store.EndAsync("k", until);
        bool afterEnd = await store.TryWriteAsync("k", Session(4), 3);

        Assert.Multiple(async () =>
        {
            Assert.That((first, again, next, afterEnd), Is.EqualTo((true, false, true, false)));
            Assert.That((stored!.Value.Version, stored.Value.Data.ToArray(), stored.Value.IsEnded), Is.EqualTo((2L, new byte[] { 1, 2, 3 }, false)));
            Assert.That((await store.ReadAsync("k"))!.Value.IsEnded, Is.True);
            Assert.That(await store.ReadAsync("other"), Is.Null);
        });
    }

    [Test]
    public async Task A_write_that_is_under_way_does_not_replace_the_mark_of_an_end()
    {
        using var services = new ServiceCollection().AddDistributedMemoryCache().BuildServiceProvider();
        IDistributedCache cache = services.GetRequiredService<IDistributedCache>();
        DateTimeOffset until = DateTimeOffset.MaxValue.AddYears(-1);
        var store = new DistributedCacheSessionStore(new SlowCache(cache, () => new DistributedCacheSessionStore(cache).EndAsync("k", until).AsTask()));

        await store.TryWriteAsync("k", new StoredSession(new byte[] { 1 }, 1, until), 0);

        Assert.That((await new DistributedCacheSessionStore(cache).ReadAsync("k"))!.Value.IsEnded, Is.True);
    }

    [Test]
    public async Task With_locks_one_of_two_writes_over_a_version_succeeds()
    {
        using var services = new ServiceCollection().AddDistributedMemoryCache().BuildServiceProvider();
        var locks = new MemoryLocks();
        IDistributedCache cache = services.GetRequiredService<IDistributedCache>();
        StoredSession session = new(new byte[] { 1 }, 1, DateTimeOffset.MaxValue.AddYears(-1));
        Task<bool>? other = null;
        var store = new DistributedCacheSessionStore(
            new SlowCache(cache, () =>
            {
                other = new DistributedCacheSessionStore(cache, locks).TryWriteAsync("k", session, 0).AsTask();
                return Task.CompletedTask;
            }),
            locks);

        bool isWritten = await store.TryWriteAsync("k", session, 0);

        Assert.That((isWritten, await other!), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task What_another_program_wrote_is_no_session()
    {
        using var cache = new ServiceCollection().AddDistributedMemoryCache().BuildServiceProvider();
        IDistributedCache entries = cache.GetRequiredService<IDistributedCache>();
        foreach (byte[] bytes in new byte[][] { [], [1], [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], [1, .. Enumerable.Repeat((byte)255, 20)] })
        {
            await entries.SetAsync("authcode:k", bytes);
            Assert.That(await new DistributedCacheSessionStore(entries).ReadAsync("k"), Is.Null);
        }
    }

    [Test]
    public void A_missing_cache_is_told_with_the_line_to_add()
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(("ClientId", "c"), ("TenantId", "common")), static builder => builder.UseDistributedCache());

        Assert.That(() => host.StartAsync(), Throws.TypeOf<InvalidOperationException>().With.Message.Contains("AddStackExchangeRedisCache"));
    }

    private static IHost HostFor(FakeAad aad, IServiceProvider cache, Microsoft.AspNetCore.DataProtection.IDataProtectionProvider protection) => Hosts.Create(
        Hosts.AzureAd(
            ("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId), ("ClientSecret", aad.ClientSecret), ("Sessions:RevalidateAfter", "00:00:00")),
        static builder => builder.UseDistributedCache(),
        services =>
        {
            services.AddSingleton(cache.GetRequiredService<IDistributedCache>());
            services.AddSingleton(protection);
        });
}
