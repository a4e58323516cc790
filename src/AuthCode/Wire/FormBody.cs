using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>An <c>application/x-www-form-urlencoded</c> body (RFC 6749 appendix B), written once as bytes that are wiped afterwards.</summary>
/// <remarks>
/// Prints the names of its fields, never the values. Implementation note: the bytes are this body's own and not rented, since
/// over HTTP/2 a canceled request may still be read from after the call has returned, and a rented array would then be another's.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class FormBody : IDisposable
{
    private const int FirstSize = 2048;

    private readonly List<string> _names = new(capacity: 10);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly List<int> _secretFields = new(capacity: 4);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private SecretText? _secretElsewhere;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[] _bytes = new byte[FirstSize];

    private int _length;

    /// <summary>Copies of the secret values that were sent, so that a server's response that repeats one is noticed.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal IEnumerable<byte[]> Secrets
    {
        get
        {
            IEnumerable<byte[]> inBody = _secretFields.Chunk(2).Select(range => WebUtility.UrlDecodeToBytes(_bytes, range[0], range[1])!);
            return _secretElsewhere is null ? inBody : inBody.Append(_secretElsewhere.Utf8.ToArray());
        }
    }

    /// <summary>Whether a field of this name has been written.</summary>
    internal bool Has(string name) => _names.Contains(name);

    internal void Add(string name, string value)
    {
        // On the stack unless it is longer than any but a claims parameter.
        const int Longest = 1024;
        Span<byte> utf8 = value.Length <= Longest / 3 ? stackalloc byte[Longest] : new byte[Encoding.UTF8.GetByteCount(value)];
        Write(name, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
    }

    internal void AddSecret(string name, string value)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        WriteSecret(name, utf8);
        CryptographicOperations.ZeroMemory(utf8);
    }

    internal void AddSecret(string name, SecretText value) => WriteSecret(name, value.Utf8);

    /// <summary>Notes the secret that travels outside the body, in an Authorization header.</summary>
    internal void NoteSecret(SecretText value) => _secretElsewhere = value;

    internal FormContent ToContent() => new(_bytes.AsMemory(0, _length));

    public override string ToString() => string.Join('&', _names);

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    // Start and length of the value.
    private void WriteSecret(string name, ReadOnlySpan<byte> value)
    {
        int start = Write(name, value);
        _secretFields.Add(start);
        _secretFields.Add(_length - start);
    }

    /// <summary>Writes a field, and returns where its value begins.</summary>
    private int Write(string name, ReadOnlySpan<byte> value)
    {
        // Several resource indicators are several fields (RFC 8707 section 2).
        if (Has(name) && name != Parameters.Resource)
        {
            throw new InvalidOperationException($"The form has a field {name} already; RFC 6749 section 3.2 allows each once.");
        }

        // Names are constants of ours that need no escaping.
        Reserve(name.Length + value.Length + 2);
        if (_names.Count > 0)
        {
            _bytes[_length++] = (byte)'&';
        }

        _names.Add(name);
        _length += Encoding.ASCII.GetBytes(name, _bytes.AsSpan(_length));
        _bytes[_length++] = (byte)'=';
        int start = _length;
        int written;
        while (!FormEncoding.TryWrite(value, _bytes.AsSpan(_length), out written))
        {
            // Most values have nothing to escape; this one needs more room than its own length.
            Reserve(FormEncoding.LengthOf(value));
        }

        _length += written;
        return start;
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
