using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>The windows of this process: what a server told one credential, the others of the same authority, client and tenant heed.</summary>
internal sealed class ThrottleWindows
{
    internal static readonly ThrottleWindows Shared = new();

    private const int MostWindows = 1024;

    private readonly ConcurrentDictionary<Key, ThrottleWindow> _windows = new();

    // Whether there ever was one: most processes are never refused, and need no look-up.
    private volatile bool _isUsed;

    internal ThrottleWindow? Find(TimeProvider time, string authority, string clientId, TenantId tenant) =>
        _isUsed && _windows.TryGetValue(new Key(time, authority, clientId, tenant), out ThrottleWindow? window) ? window : null;

    internal ThrottleWindow FindOrAdd(TimeProvider time, string authority, string clientId, TenantId tenant)
    {
        _isUsed = true;
        var key = new Key(time, authority, clientId, tenant);
        if (_windows.TryGetValue(key, out ThrottleWindow? window))
        {
            return window;
        }

        MakeRoom();
        return _windows.GetOrAdd(key, static key => new ThrottleWindow(key.Time));
    }

    private void MakeRoom()
    {
        foreach (KeyValuePair<Key, ThrottleWindow> entry in _windows)
        {
            if (entry.Value.IsIdle)
            {
                _windows.TryRemove(entry);
            }
        }

        if (_windows.Count >= MostWindows)
        {
            // Another caller may add one at the same time, which costs no more than its room.
            _windows.TryRemove(_windows.MinBy(static entry => entry.Value.Left));
        }
    }

    // By clock too: an instant of one clock says nothing on another.
    private sealed record Key(TimeProvider Time, string Authority, string ClientId, TenantId Tenant);
}
