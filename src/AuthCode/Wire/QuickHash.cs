using System.Runtime.InteropServices;

namespace AuthCode;

/// <summary>A hash of text that does not see the case of ASCII letters, for look-ups on the cached path.</summary>
/// <remarks>
/// Implementation note: several times as fast as .NET's own for text of this length. It is seeded for each process, but no match
/// for someone who can watch collisions; what is kept under it is bounded (<see cref="TokenCache.MostEntries"/>).
/// </remarks>
internal static class QuickHash
{
    // Odd numbers with well-mixed bits (the golden ratio's, and one of xxHash's primes).
    private const ulong One = 0x9E3779B97F4A7C15;
    private const ulong Other = 0xC2B2AE3D27D4EB4F;

    // The bit that tells the cases of an ASCII letter apart, in each of four characters.
    private const ulong CaseBits = 0x0020_0020_0020_0020;

#pragma warning disable RS0030 // No secret: a GUID is random enough, and .NET's cryptography would load OpenSSL for it before TLS needs it.
    private static readonly ulong Seed = MemoryMarshal.Read<ulong>(Guid.NewGuid().ToByteArray());
#pragma warning restore RS0030

    internal static int Of(string? text)
    {
        ReadOnlySpan<char> rest = text;
        ulong one = Seed ^ (uint)rest.Length;
        ulong other = one;
        ReadOnlySpan<ulong> fours = MemoryMarshal.Cast<char, ulong>(rest);
        int i = 0;
        for (; i + 1 < fours.Length; i += 2)
        {
            one = (one ^ (fours[i] | CaseBits)) * One;
            other = (other ^ (fours[i + 1] | CaseBits)) * Other;
        }

        if (i < fours.Length)
        {
            one = (one ^ (fours[i] | CaseBits)) * One;
        }

        foreach (char last in rest[(4 * fours.Length)..])
        {
            other = (other ^ (last | (CaseBits & char.MaxValue))) * Other;
        }

        return (int)((one ^ ulong.RotateLeft(other, 31)) * One >> 32);
    }
}
