namespace AuthCode;

/// <summary>A client that its server refused (<c>invalid_client</c>), for a short time or until it authenticates with another secret or certificate.</summary>
internal sealed class RefusedClient(TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private volatile Refusal? _last;

    /// <summary>The refusal of what the client authenticates with; <see langword="null"/> if the server has not refused it lately.</summary>
    internal TokenErrorResponse? Find(int fingerprint) =>
        _last is { } last && last.Fingerprint == fingerprint && time.GetElapsedTime(last.Timestamp) < Length ? last.Response : null;

    internal void Note(int fingerprint, TokenErrorResponse response) => _last = new Refusal(fingerprint, response, time.GetTimestamp());

    private sealed record Refusal(int Fingerprint, TokenErrorResponse Response, long Timestamp);
}
