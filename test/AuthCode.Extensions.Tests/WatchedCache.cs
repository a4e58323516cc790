using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;

namespace AuthCode.Extensions.Tests;

/// <summary>A cache in memory that can be looked into, can fail, and refuses what has expired, as that of Redis does.</summary>
/// <param name="time">The clock.</param>
internal sealed class WatchedCache(TimeProvider time) : IDistributedCache
{
    internal ConcurrentDictionary<string, byte[]> Entries { get; } = new();

    /// <summary>What happens before an entry is read.</summary>
    internal Func<string, Task> BeforeGet { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What happens before an entry is removed.</summary>
    internal Func<Task> BeforeRemove { get; set; } = static () => Task.CompletedTask;

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        await BeforeGet(key);
        return Entries.TryGetValue(key, out byte[]? value) ? value : null;
    }

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (options.AbsoluteExpiration <= time.GetUtcNow())
        {
            throw new ArgumentOutOfRangeException(nameof(options), "The absolute expiration value must be in the future.");
        }

        Entries[key] = value;
        return Task.CompletedTask;
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        await BeforeRemove();
        Entries.TryRemove(key, out _);
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();
}
