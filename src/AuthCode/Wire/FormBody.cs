using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>An <c>application/x-www-form-urlencoded</c> body (RFC 6749 appendix B), written once as bytes that are wiped afterwards.</summary>
/// <remarks>
/// Prints the names of its fields, never the values. Implementation note: the bytes are this body's own and not rented, since
/// over HTTP/2 a cancelled request may still be read from after the call has returned, and a rented array would then be another's.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class FormBody : IDisposable
{
    private const int FirstSize = 2048;
    private static readonly MediaTypeHeaderValue MediaType = new("application/x-www-form-urlencoded");

    private readonly List<string> _names = [];
    private readonly List<byte[]> _secrets = [];

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[] _bytes = new byte[FirstSize];

    private int _length;

    /// <summary>Copies of the secret values in this body, so that a server's answer that repeats one is noticed.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal IReadOnlyList<byte[]> Secrets => _secrets;

    internal void Add(string name, string value) => Write(name, Encoding.UTF8.GetBytes(value));

    internal void AddSecret(string name, string value)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        _secrets.Add(utf8);
        Write(name, utf8);
    }

    internal void AddSecret(string name, SecretText value)
    {
        byte[] utf8 = value.Utf8.ToArray();
        _secrets.Add(utf8);
        Write(name, utf8);
    }

    /// <summary>Notes a secret that travels outside the body, as in an Authorization header.</summary>
    internal void NoteSecret(SecretText value) => _secrets.Add(value.Utf8.ToArray());

    internal HttpContent ToContent()
    {
        var content = new ByteArrayContent(_bytes, 0, _length);
        content.Headers.ContentType = MediaType;
        return content;
    }

    public override string ToString() => string.Join('&', _names);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        foreach (byte[] secret in _secrets)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private void Write(string name, ReadOnlySpan<byte> value)
    {
        if (_names.Contains(name))
        {
            throw new InvalidOperationException($"The form has a field {name} already; RFC 6749 section 3.2 allows each once.");
        }

        // Names are constants of ours that need no escaping; a value's byte grows to three at most.
        Reserve(name.Length + (3 * value.Length) + 2);
        if (_names.Count > 0)
        {
            _bytes[_length++] = (byte)'&';
        }

        _names.Add(name);
        _length += Encoding.ASCII.GetBytes(name, _bytes.AsSpan(_length));
        _bytes[_length++] = (byte)'=';
        _length += FormEncoding.Write(value, _bytes.AsSpan(_length));
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _length >= more)
        {
            return;
        }

        byte[] larger = new byte[Math.Max(_bytes.Length * 2, _length + more)];
        _bytes.AsSpan(0, _length).CopyTo(larger);
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = larger;
    }
}
