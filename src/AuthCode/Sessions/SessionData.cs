namespace AuthCode;

/// <summary>What the application keeps with a session. The newest is kept wherever instances meet.</summary>
/// <param name="bytes">The bytes, which nobody changes.</param>
/// <param name="version">Grows each time the application replaces them.</param>
internal sealed class SessionData(byte[] bytes, long version)
{
    /// <summary>More than the claims of a user in very many groups, and no more than a store takes with each refresh.</summary>
    internal const int MostBytes = 128 * 1024;

    internal readonly byte[] Bytes = bytes;

    internal readonly long Version = version;

    /// <summary>The newer of two; what is stored if they are equally new.</summary>
    internal static SessionData? Newest(SessionData? stored, SessionData? known) => known is not null && known.Version > (stored?.Version ?? 0) ? known : stored;

    internal SessionData Followed(ReadOnlyMemory<byte> bytes) => new(bytes.ToArray(), Version + 1);

    public override string ToString() => $"{Bytes.Length} bytes, version {Version}";
}
