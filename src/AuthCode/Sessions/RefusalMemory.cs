namespace AuthCode;

/// <summary>Refusals that the same request would meet again, kept for a short time: the server is not asked the same in vain.</summary>
/// <remarks>Entra ID signs a user out whose client repeats a refused request some fifteen times in five minutes (AADSTS50196).</remarks>
internal sealed class RefusalMemory(TimeProvider time)
{
    internal static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private const int Most = 64;

    private readonly Dictionary<TokenRequest, (Failure Failure, long Timestamp)> _refusals = [];

    internal Failure? Find(TokenRequest request)
    {
        lock (_refusals)
        {
            return _refusals.TryGetValue(request, out (Failure Failure, long Timestamp) refusal) && !IsOver(refusal.Timestamp) ? refusal.Failure : null;
        }
    }

    internal void Note(TokenRequest request, Failure failure)
    {
        lock (_refusals)
        {
            if (_refusals.Count >= Most)
            {
                RemoveSome();
            }

            _refusals[request] = (failure, time.GetTimestamp());
        }
    }

    private void RemoveSome()
    {
        foreach (TokenRequest over in _refusals.Where(refusal => IsOver(refusal.Value.Timestamp)).Select(static refusal => refusal.Key).ToArray())
        {
            _refusals.Remove(over);
        }

        if (_refusals.Count >= Most)
        {
            _refusals.Remove(_refusals.MinBy(static refusal => refusal.Value.Timestamp).Key);
        }
    }

    private bool IsOver(long timestamp) => time.GetElapsedTime(timestamp) >= Length;
}
