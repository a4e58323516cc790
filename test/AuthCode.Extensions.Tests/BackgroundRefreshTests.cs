using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Extensions.Tests;

/// <summary>The service that has sessions refreshed in the background.</summary>
internal sealed class BackgroundRefreshTests : IDisposable
{
    private readonly CollectedLog _log = new();
    private readonly WatchedTime _time = new();
    private readonly WatchedSessions _sessions = new();

    public void Dispose() => _log.Dispose();

    [Test]
    public async Task Sessions_are_looked_at_now_and_then_with_the_settings()
    {
        using IHost host = HostOf(static client => client.AddBackgroundRefresh(static options =>
        {
            options.Within = TimeSpan.FromMinutes(2);
            options.MaxConcurrency = 7;
            options.KeepAliveBefore = TimeSpan.FromMinutes(30);
        }));
        await host.StartAsync();
        (TimeSpan, int, TimeSpan?) first = await NextAsync();
        await NextAsync();
        await host.StopAsync();

        Assert.That(first, Is.EqualTo((TimeSpan.FromMinutes(2), 7, TimeSpan.FromMinutes(30))));
        Assert.That(_time.Pauses, Is.All.InRange(TimeSpan.FromSeconds(22.5), TimeSpan.FromSeconds(37.5)), "a quarter of the period, spread by a quarter");
    }

    [Test]
    public async Task It_is_off_unless_it_is_added()
    {
        using IHost host = HostOf(static _ => { });
        await host.StartAsync();

        Assert.That((_time.Pauses.Count, host.Services.GetServices<IHostedService>().OfType<BackgroundRefresh>()), Is.EqualTo((0, Array.Empty<BackgroundRefresh>())));
    }

    [Test]
    public async Task To_add_it_twice_is_to_add_settings()
    {
        using IHost host = HostOf(static client => client.AddBackgroundRefresh().AddBackgroundRefresh(static options => options.MaxConcurrency = 2));
        await host.StartAsync();

        Assert.That((await NextAsync(), host.Services.GetServices<IHostedService>().OfType<BackgroundRefresh>().Count()), Is.EqualTo(((TimeSpan.FromMinutes(10), 2, (TimeSpan?)null), 1)));
        await host.StopAsync();
    }

    [Test]
    public async Task Failures_are_logged_once_and_do_not_end_it()
    {
        using IHost host = HostOf(static client => client.AddBackgroundRefresh());
        _sessions.Failure = new InvalidOperationException("s3cr3t");
        await host.StartAsync();
        await NextAsync();
        await NextAsync();
        _sessions.Failure = null;
        await NextAsync();
        _sessions.Failure = new InvalidOperationException();
        await NextAsync();
        await NextAsync();
        await host.StopAsync();

        Assert.That(_log.MessagesOf(104), Has.Exactly(2).Items.And.All.StartsWith("The background refresh of entra failed (InvalidOperationException)").And.None.Contains("s3cr3t"));
    }

    [Test]
    public void Settings_out_of_range_are_refused()
    {
        var options = new BackgroundRefreshOptions();

        Assert.Multiple(() =>
        {
            Assert.That(() => options.MaxConcurrency = 0, Refusal.Of<ArgumentOutOfRangeException>("value", "non-zero"));
            Assert.That(() => options.Within = TimeSpan.Zero, Refusal.Of<ArgumentOutOfRangeException>("value", "greater than"));
            Assert.That(() => options.KeepAliveBefore = TimeSpan.FromSeconds(-1), Refusal.Of<ArgumentOutOfRangeException>("value", "greater than"));
            Assert.That((options.MaxConcurrency, options.Within, options.KeepAliveBefore), Is.EqualTo((4, TimeSpan.FromMinutes(10), (TimeSpan?)null)));
        });
    }

    /// <summary>Lets the time of the next look come, and returns what was asked for then.</summary>
    private async Task<(TimeSpan, int, TimeSpan?)> NextAsync()
    {
        _time.Advance(await _time.NextPauseAsync());
        return await _sessions.Calls.Reader.ReadAsync();
    }

    private IHost HostOf(Action<AuthCodeBuilder> configure) => Hosts.Create(
        Hosts.AzureAd(("ClientId", The.Client), ("TenantId", The.Tenant)),
        client =>
        {
            configure(client);
            client.Services.AddKeyedSingleton<UserSessions>("entra", _sessions);
        },
        services => services.AddSingleton<TimeProvider>(_time).AddLogging(logging => logging.AddProvider(_log)));

    private sealed class WatchedSessions : UserSessions
    {
        internal Channel<(TimeSpan, int, TimeSpan?)> Calls { get; } = Channel.CreateUnbounded<(TimeSpan, int, TimeSpan?)>();

        internal volatile Exception? Failure;

        public override Task<int> FlushAsync(CancellationToken cancellationToken = default) => Task.FromResult(0);

        public override Task<int> RenewAsync(TimeSpan within, int maxConcurrency, TimeSpan? keepAliveBefore = null, CancellationToken cancellationToken = default)
        {
            Exception? failure = Failure;
            Calls.Writer.TryWrite((within, maxConcurrency, keepAliveBefore));
            return failure is null ? Task.FromResult(0) : Task.FromException<int>(failure);
        }
    }

    private sealed class WatchedTime() : FakeTimeProvider(The.Now)
    {
        private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

        internal System.Collections.Concurrent.ConcurrentQueue<TimeSpan> Pauses { get; } = new();

        internal ValueTask<TimeSpan> NextPauseAsync() => _pauses.Reader.ReadAsync();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            Pauses.Enqueue(dueTime);
            _pauses.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
