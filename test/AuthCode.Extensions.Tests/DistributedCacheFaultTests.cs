using System.Diagnostics;
using Medallion.Threading;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Extensions.Tests;

/// <summary>A distributed cache and its locks that fail, and what is left in the cache of a session that has ended.</summary>
internal sealed class DistributedCacheFaultTests
{
    private static readonly DateTimeOffset Later = The.Now.AddDays(1);

    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly WatchedCache _cache;

    public DistributedCacheFaultTests() => _cache = new WatchedCache(_time);

    [TestCase(0, Description = "at this moment")]
    [TestCase(-1)]
    public async Task What_has_expired_counts_as_done_and_is_not_stored(int seconds)
    {
        DateTimeOffset past = The.Now.AddSeconds(seconds);
        DistributedCacheSessionStore store = StoreWith(locks: null);

        bool isWritten = await store.TryWriteAsync("k", Session(1) with { ExpiresOn = past }, 0);
        bool isEnded = await store.TryWriteAsync("e", new StoredSession(ReadOnlyMemory<byte>.Empty, 1, past), 0);
        await store.EndAsync("k", past);

        Assert.That((isWritten, isEnded, _cache.Entries), Is.EqualTo((true, true, Array.Empty<KeyValuePair<string, byte[]>>())));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_tokens_of_a_session_that_has_ended_are_removed(bool isWrite)
    {
        DistributedCacheSessionStore store = StoreWith(locks: null);
        await store.TryWriteAsync("k", Session(1), 0);

        await EndAsync(store, isWrite);

        Assert.That((_cache.Entries.Keys, (await store.ReadAsync("k"))!.Value.IsEnded), Is.EqualTo(((string[])["authcode:k:ended"], true)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_removal_that_fails_is_no_failure_of_the_end(bool isWrite)
    {
        DistributedCacheSessionStore store = StoreWith(locks: null);
        await store.TryWriteAsync("k", Session(1), 0);
        _cache.BeforeRemove = static () => throw new IOException();

        await EndAsync(store, isWrite);

        Assert.That((await store.ReadAsync("k"))!.Value.IsEnded, Is.True);
    }

    [Test]
    public async Task A_removal_that_hangs_does_not_hold_the_end_up()
    {
        DistributedCacheSessionStore store = StoreWith(locks: null);
        var removing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        _cache.BeforeRemove = () =>
        {
            removing.SetResult();
            return never.Task;
        };

        Task end = store.EndAsync("k", Later).AsTask();
        await removing.Task;
        await AdvanceUntilAsync(end);

        Assert.That((await store.ReadAsync("k"))!.Value.IsEnded, Is.True);
    }

    [Test]
    public async Task An_end_between_the_two_reads_is_seen()
    {
        DistributedCacheSessionStore store = StoreWith(locks: null);
        await store.TryWriteAsync("k", Session(1), 0);
        _cache.BeforeGet = async key =>
        {
            if (key == "authcode:k")
            {
                _cache.BeforeGet = static _ => Task.CompletedTask;
                await store.EndAsync("k", Later);
            }
        };

        Assert.That((await store.ReadAsync("k"))?.IsEnded, Is.True);
    }

    [Test]
    public async Task A_lock_service_that_fails_does_not_keep_a_write_from_taking_place()
    {
        DistributedCacheSessionStore store = StoreWith(new Locks(static _ => throw new IOException()));

        Assert.That((await store.TryWriteAsync("k", Session(1), 0), (await store.ReadAsync("k"))?.Version), Is.EqualTo((true, 1L)));
    }

    [TestCase(true)]
    [TestCase(false, Description = "it does not heed cancellation")]
    public async Task A_lock_service_that_hangs_holds_a_write_up_for_its_part_of_the_time_only(bool heedsCancellation)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var grant = new TaskCompletionSource<IDistributedSynchronizationHandle>();
        DistributedCacheSessionStore store = StoreWith(new Locks(token =>
        {
            asked.TrySetResult();
            return heedsCancellation ? grant.Task.WaitAsync(token) : grant.Task;
        }));

        Task<bool> write = store.TryWriteAsync("k", Session(1), 0).AsTask();
        await asked.Task;
        bool isEarly = write.IsCompleted;
        await AdvanceUntilAsync(write);
        var late = new Handle();
        grant.SetResult(late);

        Assert.That((isEarly, await write), Is.EqualTo((false, true)));
        if (!heedsCancellation)
        {
            // A lock that comes too late is released.
            await late.Released.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    [Test]
    public async Task A_lock_that_cannot_be_released_is_no_failure_of_the_write()
    {
        DistributedCacheSessionStore store = StoreWith(new Locks(static _ => Task.FromResult<IDistributedSynchronizationHandle>(new Handle { Failure = new IOException() })));

        Assert.That(await store.TryWriteAsync("k", Session(1), 0), Is.True);
    }

    [Test]
    public void A_write_that_is_cancelled_while_it_waits_for_its_lock_is_not_done()
    {
        using var cancel = new CancellationTokenSource();
        DistributedCacheSessionStore store = StoreWith(new Locks(async token =>
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
            return new Handle();
        }));

        Assert.That(async () => await store.TryWriteAsync("k", Session(1), 0, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_cache.Entries, Is.Empty);
    }

    [Test]
    public void Both_reads_are_waited_for_if_one_fails()
    {
        var mark = new TaskCompletionSource();
        _cache.BeforeGet = key => key.EndsWith(":ended", StringComparison.Ordinal) ? mark.Task : Task.FromException(new IOException());

        Task<StoredSession?> read = StoreWith(locks: null).ReadAsync("k").AsTask();
        bool isEarly = read.IsCompleted;
        mark.SetException(new TimeoutException());

        Assert.That(async () => await read, Throws.Exception);
        Assert.That(isEarly, Is.False);
    }

    private static StoredSession Session(long version) => new(new byte[] { 1, 2, 3 }, version, Later);

    private static async Task EndAsync(DistributedCacheSessionStore store, bool isWrite)
    {
        if (isWrite)
        {
            Assert.That(await store.TryWriteAsync("k", new StoredSession(ReadOnlyMemory<byte>.Empty, 2, Later), 1), Is.True);
        }
        else
        {
            await store.EndAsync("k", Later);
        }
    }

    // The wait begins after what it is for, which no test can see.
    private async Task AdvanceUntilAsync(Task task)
    {
        long started = Stopwatch.GetTimestamp();
        while (!task.IsCompleted && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That(task.IsCompleted, Is.True);
    }

    private DistributedCacheSessionStore StoreWith(IDistributedLockProvider? locks) => new(_cache, locks, TimeSpan.FromSeconds(1), _time);

    private sealed class Locks(Func<CancellationToken, Task<IDistributedSynchronizationHandle>> acquire) : IDistributedLockProvider, IDistributedLock
    {
        public string Name => "l";

        public IDistributedLock CreateLock(string name) => this;

        public async ValueTask<IDistributedSynchronizationHandle> AcquireAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => await acquire(cancellationToken);

        public ValueTask<IDistributedSynchronizationHandle?> TryAcquireAsync(TimeSpan timeout = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IDistributedSynchronizationHandle? TryAcquire(TimeSpan timeout = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IDistributedSynchronizationHandle Acquire(TimeSpan? timeout = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed class Handle : IDistributedSynchronizationHandle
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Exception? Failure { get; init; }

        internal Task Released => _released.Task;

        public CancellationToken HandleLostToken => CancellationToken.None;

        public void Dispose() => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            _released.TrySetResult();
            return Failure is null ? ValueTask.CompletedTask : ValueTask.FromException(Failure);
        }
    }
}
