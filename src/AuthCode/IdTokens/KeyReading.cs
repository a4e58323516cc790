namespace AuthCode;

/// <summary>The signing keys of a server, and the metadata that says where they are.</summary>
/// <param name="Metadata">The metadata.</param>
/// <param name="Keys">The keys that are known.</param>
/// <param name="Unread">Why the keys could not be read again, so that the server may have others by now; <see langword="null"/> if they are what it publishes.</param>
internal sealed record KeyReading(ServerMetadata Metadata, SigningKeySet Keys, Failure? Unread = null)
{
    public override string ToString() => $"keys of {Metadata.Issuer}";
}
