using AuthCode.Testing;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Extensions.Tests;

/// <summary>Sessions are renewed before a caller needs it: which, when, and what does not change by it.</summary>
internal sealed class RenewalTests : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly FakeAad _aad;

    public RenewalTests() => _aad = FakeAad.Start(options =>
    {
        options.RedirectUris = [Hosts.RedirectUri];
        options.TimeProvider = _time;
        options.AccessTokenLifetime = The.Hour;
    });

    public void Dispose() => _aad.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_token_that_ends_soon_is_renewed_for_callers_of_either_kind(bool isCaeEnabled)
    {
        using IHost host = HostOf();
        (UserSessions sessions, SignedInUser user) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(50));

        int renewed = await sessions.RenewAsync(Within, 4);
        _aad.ClearRequests();
        AccessToken token = await user.Credential.GetTokenAsync(new TokenRequestContext([The.Vault], isCaeEnabled: isCaeEnabled), CancellationToken.None);

        Assert.That((renewed, _aad.TokenRequests.Count, token.ExpiresOn), Is.EqualTo((1, 0, _time.GetUtcNow() + The.Hour)));
    }

    [TestCase(49, 0)]
    [TestCase(50, 1)]
    public async Task It_is_renewed_within_the_period_and_not_before(int minutes, int renewed)
    {
        using IHost host = HostOf();
        (UserSessions sessions, _) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(minutes));

        Assert.That(await sessions.RenewAsync(Within, 4), Is.EqualTo(renewed));
    }

    [Test]
    public async Task A_token_is_not_renewed_in_the_first_half_of_its_life()
    {
        using IHost host = HostOf();
        (UserSessions sessions, _) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(29));
        int early = await sessions.RenewAsync(TimeSpan.FromHours(2), 4);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((early, await sessions.RenewAsync(TimeSpan.FromHours(2), 4)), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_user_who_is_away_costs_one_request_and_one_who_comes_back_another()
    {
        using IHost host = HostOf();
        (UserSessions sessions, SignedInUser user) = await SignInAsync(host);
        List<int> renewed = [];
        for (int hour = 0; hour < 4; hour++)
        {
            _time.Advance(TimeSpan.FromMinutes(50));
            renewed.Add(await sessions.RenewAsync(Within, 4));
        }

        await sessions.FindAsync(user.SessionKey);
        await user.Credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(20));
        await sessions.FindAsync(user.SessionKey);
        _time.Advance(TimeSpan.FromMinutes(30));
        renewed.Add(await sessions.RenewAsync(Within, 4));

        Assert.That(renewed, Is.EqualTo(new[] { 1, 0, 0, 0, 1 }));
    }

    [Test]
    public async Task Nothing_is_requested_while_the_server_throttles()
    {
        using IHost host = HostOf();
        (UserSessions sessions, SignedInUser user) = await SignInAsync(host);
        (_, SignedInUser other) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(56));
        _aad.Enqueue(FakeAadFault.Unavailable(TimeSpan.FromSeconds(40)));
        await other.Credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None);
        await sessions.FindAsync(user.SessionKey);
        _aad.ClearRequests();

        int during = await sessions.RenewAsync(Within, 4);
        int requests = _aad.TokenRequests.Count;
        _time.Advance(TimeSpan.FromSeconds(41));

        Assert.That((during, requests, await sessions.RenewAsync(Within, 1)), Is.EqualTo((0, 0, 2)));
    }

    [Test]
    public async Task After_three_failures_in_a_row_the_rest_is_left()
    {
        using IHost host = HostOf();
        UserSessions sessions = host.Services.GetRequiredService<UserSessions>();
        for (int user = 0; user < 5; user++)
        {
            await SignInAsync(host);
        }

        _time.Advance(TimeSpan.FromMinutes(50));
        _aad.ClearRequests();
        _aad.Enqueue([.. Enumerable.Repeat(FakeAadFault.Status(500), 3)]);
        int first = await sessions.RenewAsync(Within, 1);
        int requests = _aad.TokenRequests.Count;

        Assert.That((first, requests, await sessions.RenewAsync(Within, 1)), Is.EqualTo((0, 3, 2)), "those that failed wait for a caller");
    }

    [Test]
    public async Task A_failure_does_not_make_a_token_due_any_sooner()
    {
        using IHost host = HostOf();
        (UserSessions sessions, SignedInUser user) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(50));
        _aad.Enqueue(FakeAadFault.Status(500));
        await sessions.RenewAsync(Within, 4);
        _time.Advance(TimeSpan.FromMinutes(4));
        _aad.ClearRequests();

        await user.Credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None);

        Assert.That(_aad.TokenRequests, Is.Empty);
    }

    [Test]
    public async Task At_most_so_many_sessions_are_renewed_at_once()
    {
        using IHost host = HostOf();
        UserSessions sessions = host.Services.GetRequiredService<UserSessions>();
        for (int user = 0; user < 6; user++)
        {
            await SignInAsync(host);
        }

        int current = 0, most = 0;
        var two = new TaskCompletionSource();
        _aad.Options.BeforeTokenResponse = async _ =>
        {
            int now = Interlocked.Increment(ref current);
            most = Math.Max(most, now);
            if (now == 2)
            {
                two.TrySetResult();
            }

            await two.Task;
            Interlocked.Decrement(ref current);
        };
        _time.Advance(TimeSpan.FromMinutes(50));

        Assert.That((await sessions.RenewAsync(Within, 2), most), Is.EqualTo((6, 2)));
    }

    [Test]
    public async Task A_renewal_lengthens_no_session_in_the_store()
    {
        var store = new WatchedStore();
        using IHost host = HostOf(store);
        (UserSessions sessions, SignedInUser user) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(19));
        await sessions.FindAsync(user.SessionKey);
        DateTimeOffset used = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(19));

        int renewed = await sessions.RenewAsync(TimeSpan.FromMinutes(25), 4);

        Assert.That((renewed, store.LastWrite.Version, store.LastWrite.ExpiresOn), Is.EqualTo((1, 2, used + TimeSpan.FromDays(14))));
    }

    [Test]
    public async Task A_session_that_would_leave_the_memory_is_not_renewed()
    {
        using IHost host = HostOf(new WatchedStore());
        (UserSessions sessions, _) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(20));

        Assert.That(await sessions.RenewAsync(TimeSpan.FromMinutes(50), 4), Is.Zero, "it was idle for IdleInMemory");
    }

    [Test]
    public async Task What_another_instance_has_renewed_is_taken_over()
    {
        var store = new WatchedStore();
        using IHost one = HostOf(store), other = HostOf(store);
        (UserSessions sessions, SignedInUser user) = await SignInAsync(one);
        UserSession? there = await other.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey);
        _time.Advance(TimeSpan.FromMinutes(19));
        await sessions.FindAsync(user.SessionKey);
        _time.Advance(TimeSpan.FromMinutes(19));
        await other.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey);
        _aad.ClearRequests();

        int here = await sessions.RenewAsync(TimeSpan.FromMinutes(25), 4);
        int overThere = await other.Services.GetRequiredService<UserSessions>().RenewAsync(TimeSpan.FromMinutes(25), 4);
        AccessToken token = await there!.Credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None);

        Assert.That((here, overThere, _aad.TokenRequests.Count, token.ExpiresOn), Is.EqualTo((1, 1, 1, _time.GetUtcNow() + The.Hour)));
    }

    [Test]
    public async Task A_shared_session_is_renewed_under_its_lease_when_its_server_asks_for_it()
    {
        var leases = new CountedLeases();
        using IHost host = HostOf(new WatchedStore(), leases);
        _aad.Options.RefreshIn = TimeSpan.FromMinutes(5);
        (UserSessions sessions, _) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(4));
        int before = leases.Taken;
        int early = await sessions.RenewAsync(Within, 4);
        _time.Advance(TimeSpan.FromMinutes(1));

        int renewed = await sessions.RenewAsync(Within, 4);

        Assert.That((early, renewed, leases.Taken - before, leases.Held), Is.EqualTo((0, 1, 1, 0)));
    }

    [TestCase(null, 0)]
    [TestCase(60, 1)]
    public async Task A_refresh_token_is_used_before_it_ends_by_being_idle(int? keepAliveMinutes, int renewed)
    {
        _aad.Options.AccessTokenLifetime = TimeSpan.FromHours(24);
        TimeSpan? keepAlive = keepAliveMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        using IHost host = HostOf();
        (UserSessions sessions, SignedInUser user) = await SignInAsync(host);
        _time.Advance(TimeSpan.FromMinutes(49));
        int early = await sessions.RenewAsync(Within, 4, keepAlive);
        await sessions.FindAsync(user.SessionKey);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((early, await sessions.RenewAsync(Within, 4, keepAlive)), Is.EqualTo((0, renewed)));
    }

    [Test]
    public async Task When_a_refresh_token_was_used_last_goes_to_other_instances()
    {
        _aad.Options.AccessTokenLifetime = TimeSpan.FromHours(24);
        var store = new WatchedStore();
        using IHost one = HostOf(store), other = HostOf(store);
        (_, SignedInUser user) = await SignInAsync(one);
        _time.Advance(TimeSpan.FromMinutes(50));
        UserSessions there = other.Services.GetRequiredService<UserSessions>();
        await there.FindAsync(user.SessionKey);

        Assert.That(await there.RenewAsync(Within, 4, The.Hour), Is.EqualTo(1));
    }

    [Test]
    public void What_is_out_of_range_is_refused()
    {
        using IHost host = HostOf();
        UserSessions sessions = host.Services.GetRequiredService<UserSessions>();

        Assert.Multiple(() =>
        {
            Assert.That(() => sessions.RenewAsync(TimeSpan.Zero, 4), Refusal.Of<ArgumentOutOfRangeException>("within", "greater than"));
            Assert.That(() => sessions.RenewAsync(Within, 0), Refusal.Of<ArgumentOutOfRangeException>("maxConcurrency", "non-zero"));
            Assert.That(() => sessions.RenewAsync(Within, 4, TimeSpan.Zero), Refusal.Of<ArgumentOutOfRangeException>("keepAliveBefore", "greater than"));
        });
    }

    private static async Task<(UserSessions Sessions, SignedInUser User)> SignInAsync(IHost host) => (host.Services.GetRequiredService<UserSessions>(), await Hosts.SignInAsync(host));

    private IHost HostOf(ISessionStore? store = null, ISessionLeases? leases = null) => Hosts.Create(
        Hosts.AzureAd(("Instance", _aad.AuthorityHost.AbsoluteUri), ("TenantId", _aad.TenantId), ("ClientId", _aad.ClientId), ("ClientSecret", _aad.ClientSecret)),
        client => _ = store is null ? client : client.UseSessionStore<WatchedStore>(),
        services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.AddSingleton<ISessionProtector, PlainProtector>();
            if (store is WatchedStore watched)
            {
                services.AddSingleton(watched);
            }

            if (leases is not null)
            {
                services.AddSingleton(leases);
            }
        });

    private sealed class CountedLeases : ISessionLeases
    {
        private int _taken;
        private int _held;

        internal int Taken => _taken;

        internal int Held => _held;

        public ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _taken);
            Interlocked.Increment(ref _held);
            return ValueTask.FromResult<ISessionLease?>(new Lease(() => Interlocked.Decrement(ref _held)));
        }

        private sealed class Lease(Action release) : ISessionLease
        {
            public bool IsLost => false;

            public ValueTask DisposeAsync()
            {
                release();
                return ValueTask.CompletedTask;
            }
        }
    }
}
