using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Until when a server takes no requests, as it told one of this process's credentials; all others of the same authority, client and tenant heed it.</summary>
internal sealed class ThrottleWindows
{
    /// <summary>No server is believed beyond this: a wrong header must not shut a service out for a day.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const int MostWindows = 1024;

    // By clock too: an instant of one clock says nothing on another.
    private static readonly ConcurrentDictionary<(TimeProvider, string, string, TenantId), Window> Windows = new();

    private readonly TimeProvider _time;
    private readonly string _authority;
    private readonly string _clientId;

    internal ThrottleWindows(TimeProvider time, string authority, string clientId)
    {
        _time = time;
        _authority = authority;
        _clientId = clientId;
    }

    /// <summary>The server's refusal with what is left of its wait; <see langword="null"/> when requests are taken.</summary>
    internal TokenErrorResponse? Find(TenantId tenant)
    {
        if (Windows.IsEmpty || !Windows.TryGetValue(KeyOf(tenant), out Window? window))
        {
            return null;
        }

        TimeSpan left = window.Wait - _time.GetElapsedTime(window.OpenedTimestamp);
        if (left > TimeSpan.Zero)
        {
            return window.Refusal.WithRetryAfter(left);
        }

        Windows.TryRemove(KeyValuePair.Create(KeyOf(tenant), window));
        return null;
    }

    /// <summary>Notes a refusal that says when to come back.</summary>
    internal void Note(TenantId tenant, TokenErrorResponse refusal)
    {
        if (refusal.RetryAfter is not { } wait || wait <= TimeSpan.Zero)
        {
            return;
        }

        RemoveClosed();
        Windows[KeyOf(tenant)] = new Window(refusal, wait < Longest ? wait : Longest, _time.GetTimestamp());
    }

    private static void RemoveClosed()
    {
        foreach (((TimeProvider, string, string, TenantId) key, Window window) in Windows)
        {
            if (Windows.Count >= MostWindows || key.Item1.GetElapsedTime(window.OpenedTimestamp) >= window.Wait)
            {
                Windows.TryRemove(KeyValuePair.Create(key, window));
            }
        }
    }

    private (TimeProvider, string, string, TenantId) KeyOf(TenantId tenant) => (_time, _authority, _clientId, tenant);

    private sealed record Window(TokenErrorResponse Refusal, TimeSpan Wait, long OpenedTimestamp);
}
