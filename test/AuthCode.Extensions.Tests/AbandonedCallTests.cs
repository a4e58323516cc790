using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Extensions.Tests;

/// <summary>Calls that a health check has left because they took too long: what they throw later is reported to nobody as unobserved.</summary>
[NonParallelizable]
internal sealed class AbandonedCallTests
{
    [TestCase(false, Description = "the entry is written")]
    [TestCase(true, Description = "the entry is ended")]
    public async Task An_exception_that_comes_too_late_is_observed(bool isEnd)
    {
        bool isReported = false;
        void Report(object? sender, UnobservedTaskExceptionEventArgs e) => isReported |= e.Exception.InnerException is LateException;
        TaskScheduler.UnobservedTaskException += Report;
        try
        {
            await LeaveAsync(isEnd);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Report;
        }

        Assert.That(isReported, Is.False);
    }

    private static async Task LeaveAsync(bool isEnd)
    {
        var time = new FakeTimeProvider(The.Now);
        var store = new SlowStore(isEnd);
        var sessions = new UserSessionOptions { Store = store, Protector = new PlainProtector() };
        Task<bool> probe = SessionStoreProbe.TryAsync(sessions, time, new HealthFindings(HealthStatus.Unhealthy), CancellationToken.None);
        time.Advance(sessions.StoreTimeout);
        Assert.That(await probe, Is.False);
        store.FailNow();
    }

    private sealed class LateException : Exception;

    private sealed class SlowStore(bool isEnd) : ISessionStore
    {
        private readonly TaskCompletionSource<bool> _call = new();
        private StoredSession _stored;

        internal void FailNow() => _call.SetException(new LateException());

        public ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default) => ValueTask.FromResult<StoredSession?>(_stored);

        public ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
        {
            _stored = session with { Data = session.Data.ToArray() };
            return isEnd ? ValueTask.FromResult(true) : new ValueTask<bool>(_call.Task);
        }

        public ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default) => new(_call.Task);
    }
}
