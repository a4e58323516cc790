using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Where the token of the user may be sent, for a message and all attempts with it: to no host that an API has redirected to.</summary>
internal sealed class TokenHosts
{
    // Whether the token may be sent to an origin: not to one that the API has redirected to before the token was sent there.
    private readonly ConcurrentDictionary<string, bool> _origins = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _tokens = new(StringComparer.Ordinal);
    private volatile bool _wasRedirected;

    // An address that is not known is one that a handler has rewritten: of the host that the application asks for, as long as no API has redirected to another one.
    private bool IsUnknownOwn => !_wasRedirected;

    /// <summary>Whether an address must not get the token.</summary>
    internal bool IsForeign(Uri? address) => address is not null && !(_origins.TryGetValue(OriginOf(address), out bool isOwn) ? isOwn : IsUnknownOwn);

    /// <summary>Notes that an address gets a token.</summary>
    internal void Note(Uri address, string token)
    {
        _origins.TryAdd(OriginOf(address), true);
        _tokens.TryAdd(token, true);
    }

    /// <summary>Takes the token out of a request to a host that must not get it. What a handler has set for that host stays.</summary>
    internal void Guard(HttpRequestMessage request)
    {
        if (request.RequestUri is not { } address || request.Headers.Authorization is not { Parameter: { } token } || !_tokens.ContainsKey(token))
        {
            return;
        }

        if (!_origins.GetOrAdd(OriginOf(address), IsUnknownOwn))
        {
            request.Headers.Authorization = null;
        }
    }

    /// <summary>Notes where a request has been redirected to, by the transport or by a response that a handler may follow.</summary>
    /// <param name="request">The request, after it was sent.</param>
    /// <param name="address">Its address before that.</param>
    /// <param name="response">The response; <see langword="null"/> if there was none.</param>
    internal void NoteRedirects(HttpRequestMessage request, Uri? address, HttpResponseMessage? response)
    {
        if (_tokens.IsEmpty)
        {
            return;
        }

        if (WasRedirected(request, address))
        {
            NoteForeign(request.RequestUri!);
        }

        if (response is { Headers.Location: { } location } && (int)response.StatusCode is >= 300 and < 400 && request.RequestUri is { } sent && Uri.TryCreate(sent, location, out Uri? target)
            && OriginOf(target) != OriginOf(sent))
        {
            // One within the host leaves it what it is: if a cache has answered, nothing is known of the host yet.
            NoteForeign(target);
        }
    }

    /// <summary>Whether a request has been redirected: the transport changes it, and takes the token out. A handler that rewrites the address leaves the token.</summary>
    internal static bool WasRedirected(HttpRequestMessage request, Uri? address) =>
        request.RequestUri is { } target && target != address && request.Headers.Authorization is null;

    public override string ToString() => $"{_origins.Count} hosts";

    private void NoteForeign(Uri target)
    {
        if (!_origins.GetOrAdd(OriginOf(target), false))
        {
            _wasRedirected = true;
        }
    }

    private static string OriginOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
