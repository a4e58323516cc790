namespace AuthCode;

/// <summary>The endpoints that refused a client (<c>invalid_client</c>), each for a short time or until the client authenticates there with another secret, certificate or assertion.</summary>
/// <remarks>By endpoint: one that does not accept the method of the client says nothing about another one, or about that of another tenant.</remarks>
internal sealed class RefusedClient(TimeProvider time)
{
    // A resource server can choose the tenant, and each tenant of Entra ID has an endpoint.
    private const int MostEndpoints = 16;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    // Replaced as a whole; of two replacements at once, one can be lost, which costs a request.
    private volatile Refusal[] _refusals = [];

    /// <summary>The refusal of what the client authenticates with; <see langword="null"/> if the endpoint has not refused it lately.</summary>
    internal TokenErrorResponse? Find(Uri endpoint, int fingerprint)
    {
        foreach (Refusal refusal in _refusals)
        {
            if (refusal.Fingerprint == fingerprint && refusal.Endpoint == endpoint)
            {
                return IsRecent(refusal) ? refusal.Response : null;
            }
        }

        return null;
    }

    internal void Note(Uri endpoint, int fingerprint, TokenErrorResponse response) => _refusals =
    [
        new Refusal(endpoint, fingerprint, response, time.GetTimestamp()),
        .. _refusals.Where(refusal => refusal.Endpoint != endpoint && IsRecent(refusal)).Take(MostEndpoints - 1),
    ];

    private bool IsRecent(Refusal refusal) => time.GetElapsedTime(refusal.Timestamp) < Length;

    private sealed record Refusal(Uri Endpoint, int Fingerprint, TokenErrorResponse Response, long Timestamp);
}
