using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Sign-outs at the server that could not be carried out while the store did not respond: the latest of each session at the server.</summary>
/// <param name="most">How many are kept. Of more, the server or the browser has been told that they failed.</param>
internal sealed class UntoldSignOuts(int most)
{
    private readonly ConcurrentDictionary<(string? Issuer, string Id), EndedServerSession> _untold = new();

    internal int Count => _untold.Count;

    internal IEnumerable<EndedServerSession> All() => _untold.Select(static entry => entry.Value);

    internal void Add(EndedServerSession ended)
    {
        (string? Issuer, string Id) key = (ended.Issuer, ended.Id);
        if (_untold.ContainsKey(key) || _untold.Count < most)
        {
            _untold[key] = ended;
        }
    }

    internal void Remove(EndedServerSession ended) => _untold.TryRemove(KeyValuePair.Create((ended.Issuer, ended.Id), ended));
}
