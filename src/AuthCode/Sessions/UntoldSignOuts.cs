using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Sign-outs at the server that could not be carried out while the store did not respond.</summary>
/// <param name="most">How many are kept. Of more, the server or the browser has been told that they failed.</param>
internal sealed class UntoldSignOuts(int most)
{
    private readonly ConcurrentDictionary<(string? Issuer, string ServerSession, DateTimeOffset? VerifiedOn), bool> _untold = new();

    internal int Count => _untold.Count;

    internal IEnumerable<(string? Issuer, string ServerSession, DateTimeOffset? VerifiedOn)> All() => _untold.Keys;

    internal void Add(string? issuer, string serverSession, DateTimeOffset? verifiedOn)
    {
        if (_untold.Count < most)
        {
            _untold[(issuer, serverSession, verifiedOn)] = true;
        }
    }

    internal void Remove(string? issuer, string serverSession, DateTimeOffset? verifiedOn) => _untold.TryRemove((issuer, serverSession, verifiedOn), out _);
}
