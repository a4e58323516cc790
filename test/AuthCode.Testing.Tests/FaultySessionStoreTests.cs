using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Testing.Tests;

/// <summary>The faults of a session store.</summary>
internal sealed class FaultySessionStoreTests
{
    private const string Key = "key-1";
    private static readonly DateTimeOffset Until = The.Now.AddDays(1);

    [Test]
    public async Task Without_a_fault_it_is_a_store()
    {
        var store = new FaultySessionStore();

        Assert.That(await store.ReadAsync(Key), Is.Null);
        Assert.That((await store.TryWriteAsync(Key, Session(1), 1), await store.TryWriteAsync(Key, Session(1), 0), await store.TryWriteAsync(Key, Session(2), 0), await store.TryWriteAsync(Key, Session(2), 1)),
            Is.EqualTo((false, true, false, true)), "compare and set");
        Assert.That((await store.ReadAsync(Key))!.Value.Version, Is.EqualTo(2));
        await store.EndAsync(Key, Until);
        Assert.That(((await store.ReadAsync(Key))!.Value.IsEnded, await store.TryWriteAsync(Key, Session(4), 3)), Is.EqualTo((true, false)), "an end is final");
        Assert.That((store.Reads, store.Writes), Is.EqualTo((3, 6)));
    }

    [Test]
    public async Task The_bytes_are_copied()
    {
        var store = new FaultySessionStore();
        byte[] data = [1, 2, 3];
        await store.TryWriteAsync(Key, new StoredSession(data, 1, Until), 0);

        data[0] = 0;

        Assert.That((await store.ReadAsync(Key))!.Value.Data.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task It_wraps_a_store()
    {
        var inner = new FaultySessionStore();
        var store = new FaultySessionStore(inner);

        await store.TryWriteAsync(Key, Session(1), 0);

        Assert.That((await inner.ReadAsync(Key))!.Value.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task A_store_that_is_down_throws_and_changes_nothing()
    {
        var store = new FaultySessionStore { IsDown = true };

        Assert.Multiple(() =>
        {
            Assert.That(async () => await store.ReadAsync(Key), Throws.InstanceOf<IOException>());
            Assert.That(async () => await store.TryWriteAsync(Key, Session(1), 0), Throws.InstanceOf<IOException>());
            Assert.That(async () => await store.EndAsync(Key, Until), Throws.InstanceOf<IOException>());
        });
        store.IsDown = false;
        Assert.That(await store.ReadAsync(Key), Is.Null);
    }

    [Test]
    public async Task A_failure_is_of_one_operation()
    {
        var store = new FaultySessionStore();
        store.FailNext();
        store.FailNext();

        Assert.That(async () => await store.ReadAsync(Key), Throws.InstanceOf<IOException>());
        Assert.That(async () => await store.TryWriteAsync(Key, Session(1), 0), Throws.InstanceOf<IOException>());
        Assert.That(await store.ReadAsync(Key), Is.Null);
    }

    [Test]
    public async Task A_write_that_is_dropped_is_confirmed()
    {
        var store = new FaultySessionStore();
        await store.TryWriteAsync(Key, Session(1), 0);
        store.DropNextWrite();
        store.DropNextWrite();

        bool isWritten = await store.TryWriteAsync(Key, Session(2), 1);
        await store.EndAsync(Key, Until);

        Assert.That(isWritten, Is.True);
        Assert.That(((await store.ReadAsync(Key))!.Value.Version, await store.TryWriteAsync(Key, Session(2), 1)), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task A_write_whose_response_is_lost_takes_place()
    {
        var store = new FaultySessionStore();
        store.LoseNextResponse();

        Assert.That(async () => await store.TryWriteAsync(Key, Session(1), 0), Throws.InstanceOf<IOException>());
        Assert.That((await store.ReadAsync(Key))!.Value.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task A_stale_read_is_of_what_was_stored_before()
    {
        var store = new FaultySessionStore();
        await store.TryWriteAsync(Key, Session(1), 0);
        await store.TryWriteAsync(Key, Session(2), 1);
        await store.TryWriteAsync("key-2", Session(1), 0);

        store.ReadsAreStale = true;
        (long?, long?) stale = ((await store.ReadAsync(Key))?.Version, (await store.ReadAsync("key-2"))?.Version);
        store.ReadsAreStale = false;

        Assert.That((stale, (await store.ReadAsync(Key))?.Version), Is.EqualTo((((long?)1, (long?)null), (long?)2)));
    }

    [Test]
    public async Task An_eviction_takes_entries_and_ends()
    {
        var store = new FaultySessionStore();
        await store.TryWriteAsync(Key, Session(1), 0);
        await store.EndAsync("key-2", Until);

        store.Evict();

        Assert.That((await store.ReadAsync(Key), await store.ReadAsync("key-2"), await store.TryWriteAsync("key-2", Session(1), 0)), Is.EqualTo(((StoredSession?)null, (StoredSession?)null, true)));
    }

    [Test]
    public async Task A_delay_is_by_the_clock()
    {
        var time = new FakeTimeProvider(The.Now);
        var store = new FaultySessionStore(timeProvider: time) { Delay = TimeSpan.FromSeconds(3) };
        Task<StoredSession?> reading = store.ReadAsync(Key).AsTask();

        time.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        bool wasEarly = reading.IsCompleted;
        time.Advance(TimeSpan.FromTicks(1));

        Assert.That((wasEarly, await reading), Is.EqualTo((false, (StoredSession?)null)));
        Assert.That(() => store.Delay = TimeSpan.FromTicks(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static StoredSession Session(long version) => new(new byte[] { (byte)version }, version, Until);
}
