using System.Security.Cryptography;

namespace AuthCode;

/// <summary>What is in the store under a key.</summary>
/// <param name="Finding">What was found.</param>
/// <param name="Version">Its version; 0 if nothing was found.</param>
/// <param name="Data">The bytes in clear of what is live, to be overwritten after use; otherwise empty.</param>
internal sealed record StoreReading(StoreFinding Finding, long Version, byte[] Data) : IDisposable
{
    /// <summary>Until when it is kept.</summary>
    internal DateTimeOffset ExpiresOn { get; init; }

    internal static readonly StoreReading Absent = new(StoreFinding.Absent, 0, []);

    internal static readonly StoreReading Down = new(StoreFinding.Down, 0, []);

    /// <summary>Overwrites the bytes of a reading that is not taken over.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(Data);

    public override string ToString() => $"{Finding} {Version}";
}
