using Microsoft.Extensions.Caching.Distributed;

namespace AuthCode.Extensions.Tests;

/// <summary>A cache in which something else happens before the first write.</summary>
/// <param name="cache">The cache.</param>
/// <param name="before">What happens.</param>
internal sealed class SlowCache(IDistributedCache cache, Func<Task> before) : IDistributedCache
{
    private Func<Task>? _before = before;

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => cache.GetAsync(key, token);

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await (Interlocked.Exchange(ref _before, null)?.Invoke() ?? Task.CompletedTask);
        await cache.SetAsync(key, value, options, token);
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    public Task RemoveAsync(string key, CancellationToken token = default) => throw new NotSupportedException();
}
