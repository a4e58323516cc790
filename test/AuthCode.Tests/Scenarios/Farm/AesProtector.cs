using System.Security.Cryptography;
using System.Text;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Encrypts for the tests, with keys that can be lost and rotated.</summary>
internal sealed class AesProtector(params byte[][] earlier) : ISessionProtector
{
    private byte[][] _keys = [.. earlier, RandomNumberGenerator.GetBytes(32)];

    /// <summary>What another version of the library writes in place of the bytes.</summary>
    internal Func<byte[], byte[]>? Rewrite { get; set; }

    /// <summary>The bytes of a session as a later version of the library might write them.</summary>
    internal static byte[] InLaterFormat(byte[] clear) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(clear).Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal));

    /// <summary>What decryption throws; <see langword="null"/> for nothing.</summary>
    internal Exception? Failure { get; set; }

    /// <summary>Whether all that is read seems to be of a later version.</summary>
    internal bool ReadsLaterFormat { get; set; }

    internal void LoseKey() => _keys = [RandomNumberGenerator.GetBytes(32)];

    /// <summary>That of an instance which has a newer key already: it reads what this one writes, and this one does not read what it writes.</summary>
    internal AesProtector Rotated() => new(_keys);

    public byte[] Protect(ReadOnlySpan<byte> clear, SessionBinding binding)
    {
        ReadOnlySpan<byte> data = Rewrite is { } rewrite ? rewrite(clear.ToArray()) : clear;
        byte[] result = new byte[12 + 16 + data.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, 12));
        using var aes = new AesGcm(_keys[^1], 16);
        aes.Encrypt(result.AsSpan(0, 12), data, result.AsSpan(28), result.AsSpan(12, 16), Encoding.UTF8.GetBytes(binding.ToString()));
        return result;
    }

    public byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        foreach (byte[] key in data.Length < 28 ? [] : _keys)
        {
            byte[] clear = new byte[data.Length - 28];
            using var aes = new AesGcm(key, 16);
            try
            {
                aes.Decrypt(data[..12], data[28..], data.Slice(12, 16), clear, Encoding.UTF8.GetBytes(binding.ToString()));
                return ReadsLaterFormat ? InLaterFormat(clear) : clear;
            }
            catch (CryptographicException)
            {
                // Perhaps another key.
            }
        }

        return null;
    }
}
