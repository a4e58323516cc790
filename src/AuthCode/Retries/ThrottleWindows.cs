using System.Collections.Concurrent;
using System.Net;

namespace AuthCode;

/// <summary>Until when a server takes no requests, as it told one of this process's credentials; all others of the same authority, client and tenant heed it.</summary>
internal sealed class ThrottleWindows
{
    /// <summary>No server is believed beyond this: a wrong header must not shut a service out for a day.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const int MostWindows = 1024;

    private static readonly ConcurrentDictionary<WindowKey, Window> Windows = new();

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

        TimeSpan left = LeftOf(window);
        if (left > TimeSpan.Zero)
        {
            // Another user's callers are told too: only the part of the response that concerns every user is kept.
            return new TokenErrorResponse(window.Status) { Error = window.Error, RetryAfter = left };
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
        var window = new Window(refusal.StatusCode, refusal.Error, wait < Longest ? wait : Longest, _time.GetTimestamp());
        Windows.AddOrUpdate(KeyOf(tenant), window, (_, open) => LeftOf(open) > window.Wait ? open : window);
    }

    private TimeSpan LeftOf(Window window) => window.Wait - _time.GetElapsedTime(window.OpenedTimestamp);

    private static void RemoveClosed()
    {
        foreach ((WindowKey key, Window window) in Windows)
        {
            if (Windows.Count >= MostWindows || key.Time.GetElapsedTime(window.OpenedTimestamp) >= window.Wait)
            {
                Windows.TryRemove(KeyValuePair.Create(key, window));
            }
        }
    }

    private WindowKey KeyOf(TenantId tenant) => new(_time, _authority, _clientId, tenant);

    // By clock too: an instant of one clock says nothing on another.
    private sealed record WindowKey(TimeProvider Time, string Authority, string ClientId, TenantId Tenant);

    private sealed record Window(HttpStatusCode Status, string? Error, TimeSpan Wait, long OpenedTimestamp);
}
