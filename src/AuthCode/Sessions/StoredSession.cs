namespace AuthCode;

/// <summary>Represents what a store keeps under a key.</summary>
/// <param name="Data">The encrypted bytes; empty for the mark of a session that has ended.</param>
/// <param name="Version">The version, which grows with each write.</param>
/// <param name="ExpiresOn">When it can be removed.</param>
public readonly record struct StoredSession(ReadOnlyMemory<byte> Data, long Version, DateTimeOffset ExpiresOn)
{
    /// <summary>Gets a value that indicates whether the session has ended.</summary>
    public bool IsEnded => Data.IsEmpty;
}
