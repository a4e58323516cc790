using System.Security.Cryptography;
using System.Text;
using AuthCode;

namespace QuickStart;

/// <summary>Encrypts sessions with a key that the process keeps in memory. A service would use Data Protection, or a key of its vault.</summary>
internal sealed class AesSessionProtector : ISessionProtector, IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly AesGcm _aes = new(RandomNumberGenerator.GetBytes(32), TagLength);

    public byte[] Protect(ReadOnlySpan<byte> data, SessionBinding binding)
    {
        byte[] result = new byte[NonceLength + TagLength + data.Length];
        Span<byte> nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        _aes.Encrypt(nonce, data, result.AsSpan(NonceLength + TagLength), result.AsSpan(NonceLength, TagLength), BytesOf(binding));
        return result;
    }

    public byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding)
    {
        if (data.Length < NonceLength + TagLength)
        {
            return null;
        }

        byte[] result = new byte[data.Length - NonceLength - TagLength];
        try
        {
            _aes.Decrypt(data[..NonceLength], data[(NonceLength + TagLength)..], data.Slice(NonceLength, TagLength), result, BytesOf(binding));
            return result;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => _aes.Dispose();

    // What is encrypted for one session, client and authority is of no use for another.
    private static byte[] BytesOf(SessionBinding binding) => Encoding.UTF8.GetBytes($"{binding.ClientId}\n{binding.Authority}\n{binding.Key}");
}
