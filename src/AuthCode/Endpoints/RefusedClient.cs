namespace AuthCode;

/// <summary>The endpoints that refused a client (<c>invalid_client</c>), each for a short time or until the client authenticates there with another secret, certificate or assertion.</summary>
/// <remarks>Of assertions that are made anew each time, two are tried in that time: the second may be of a key that was replaced. By endpoint: one that does not accept the method of the client says nothing about another one, or about that of another tenant.</remarks>
internal sealed class RefusedClient(TimeProvider time)
{
    // A resource server can choose the tenant, and each tenant of Entra ID has an endpoint.
    private const int MostEndpoints = 16;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    // Replaced as a whole; of two replacements at once, one can be lost, which costs a request.
    private volatile Refusal[] _refusals = [];

    /// <summary>The refusal of what the client authenticates with; <see langword="null"/> if the endpoint has not refused it lately.</summary>
    internal TokenErrorResponse? Find(ClientRequest request) => LastAt(request.Endpoint) is { } last && IsRecent(last)
        && (last.Fingerprint == request.Fingerprint || (last.IsOfAnotherToo && request.IsMadeAnew)) ? last.Response : null;

    internal void Note(ClientRequest request, TokenErrorResponse response)
    {
        bool isOfAnotherToo = LastAt(request.Endpoint) is { } last && IsRecent(last) && (last.IsOfAnotherToo || last.Fingerprint != request.Fingerprint);
        _refusals =
        [
            new Refusal(request.Endpoint, request.Fingerprint, response, time.GetTimestamp(), isOfAnotherToo),
            .. _refusals.Where(refusal => refusal.Endpoint != request.Endpoint && IsRecent(refusal)).Take(MostEndpoints - 1),
        ];
    }

    private Refusal? LastAt(Uri endpoint)
    {
        foreach (Refusal refusal in _refusals)
        {
            if (refusal.Endpoint == endpoint)
            {
                return refusal;
            }
        }

        return null;
    }

    private bool IsRecent(Refusal refusal) => time.GetElapsedTime(refusal.Timestamp) < Length;

    /// <param name="Endpoint">Who refused.</param>
    /// <param name="Fingerprint">What was refused.</param>
    /// <param name="Response">The refusal.</param>
    /// <param name="Timestamp">When it came.</param>
    /// <param name="IsOfAnotherToo">Whether another secret, certificate or assertion was refused shortly before, so that one more new assertion is no reason to ask.</param>
    private sealed record Refusal(Uri Endpoint, int Fingerprint, TokenErrorResponse Response, long Timestamp, bool IsOfAnotherToo);
}
