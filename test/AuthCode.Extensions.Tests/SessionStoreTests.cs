using System.Collections.Concurrent;
using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthCode.Extensions.Tests;

/// <summary>A store and leases that a delegate creates.</summary>
internal sealed class SessionStoreTests
{
    private static readonly Dictionary<string, Func<AuthCodeBuilder, AuthCodeBuilder>> Uses = new()
    {
        ["UseDistributedCache"] = static builder => builder.UseDistributedCache(),
        ["UseSessionStore<T>"] = static builder => builder.UseSessionStore<Store>(),
        ["UseSessionStore"] = static builder => builder.UseSessionStore(static _ => new Store()),
        ["UseSessionStore with leases"] = static builder => builder.UseSessionStore(static _ => new Store(), static _ => new Leases()),
        ["UseSessionStore without leases"] = static builder => builder.UseSessionStore(static _ => new Store(), static _ => null),
    };

    private readonly Leases _own = new();
    private readonly Leases _registered = new();

    private static IEnumerable<string> Names => Uses.Keys;

    [Test]
    public async Task A_store_and_leases_are_created_once_and_used()
    {
        var store = new Store();
        int created = 0;

        await RefreshAsync(builder => builder.UseSessionStore(
            services =>
            {
                Assert.That(services.GetRequiredService<IHostEnvironment>(), Is.Not.Null);
                created++;
                return store;
            },
            _ => _own));

        Assert.That((created, store.Writes > 0, _own.Acquired, _registered.Acquired), Is.EqualTo((1, true, 1, 0)));
    }

    [Test]
    public async Task Without_a_delegate_the_leases_are_the_registered_ones()
    {
        await RefreshAsync(static builder => builder.UseSessionStore(static _ => new Store()));

        Assert.That(_registered.Acquired, Is.EqualTo(1));
    }

    [Test]
    public async Task A_delegate_that_returns_no_leases_turns_them_off()
    {
        await RefreshAsync(static builder => builder.UseSessionStore(static _ => new Store(), static _ => null));

        Assert.That(_registered.Acquired, Is.Zero);
    }

    [Test]
    public void What_the_service_has_set_itself_stays([ValueSource(nameof(Names))] string use)
    {
        var protector = new PlainProtector();
        AuthorizationCodeClientOptions? used = null;
        using IHost host = Hosts.Create(
            Hosts.AzureAd(("ClientId", "c"), ("TenantId", "common")),
            builder => Uses[use](builder.ConfigureClient((_, options) => (options.Sessions.Protector, options.Sessions.Leases) = (protector, _own))).ConfigureClient((_, options) => used = options),
            services => services.AddDistributedMemoryCache().AddSingleton<ISessionLeases>(_registered).AddSingleton<ISessionProtector>(new PlainProtector()));

        _ = host.Services.GetRequiredService<AuthorizationCodeClient>();

        Assert.That((used!.Sessions.Protector, used.Sessions.Leases), Is.EqualTo((protector, _own)));
    }

    [Test]
    public void Arguments_are_required()
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(("ClientId", "c"), ("TenantId", "common")), static builder => Assert.Multiple(() =>
        {
            Assert.That(() => builder.UseSessionStore(createStore: null!), Refusal.OfNull("createStore"));
            Assert.That(static () => AuthCodeBuilderExtensions.UseSessionStore(null!, static _ => new Store()), Refusal.OfNull("builder"));
        }));
    }

    private async Task RefreshAsync(Action<AuthCodeBuilder> configure)
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        using IHost host = Hosts.Create(
            Hosts.AzureAd(("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId), ("ClientSecret", aad.ClientSecret)),
            configure,
            services => services.AddSingleton<ISessionLeases>(_registered));
        await host.StartAsync();
        SignedInUser user = await Hosts.SignInAsync(host);
        await user.Credential.GetTokenAsync(new TokenRequestContext([The.Storage]), CancellationToken.None);
    }

    private sealed class Store : ISessionStore
    {
        private readonly ConcurrentDictionary<string, StoredSession> _entries = new();

        internal int Writes;

        public ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<StoredSession?>(_entries.TryGetValue(key, out StoredSession session) ? session : null);

        public ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
        {
            _entries[key] = session;
            Interlocked.Increment(ref Writes);
            return ValueTask.FromResult(true);
        }

        public ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
        {
            _entries[key] = new StoredSession(ReadOnlyMemory<byte>.Empty, 1, until);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Leases : ISessionLeases, ISessionLease
    {
        private int _acquired;

        internal int Acquired => _acquired;

        public bool IsLost => false;

        public ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _acquired);
            return ValueTask.FromResult<ISessionLease?>(this);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
