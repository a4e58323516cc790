using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>An <c>application/x-www-form-urlencoded</c> body (RFC 6749 appendix B), written once as bytes that are wiped afterwards.</summary>
/// <remarks>
/// Prints the names of its fields, never the values. Implementation note: a transport may still read the bytes when the call that
/// sends them has returned, so they are zeroed once the owner and every transport have let go of them.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class FormBody : IDisposable
{
    private readonly List<string> _names = new(capacity: 10);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly List<int> _secretFields = new(capacity: 4);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private SecretText? _secretElsewhere;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[] _bytes = PinnedBytes.Rent(PinnedBytes.PooledSize);

    private int _length;

    // The owner, and each transport that is writing the form.
    private int _holders = 1;
    private bool _isDisposed;
    private IDisposable? _owned;

    // Set when a write was broken off: whoever wrote may have kept the array.
    private volatile bool _isBrokenOff;

    /// <summary>Visits the secret values that were sent, so that a server's response that repeats one is noticed.</summary>
    internal void VisitSecrets<TArg>(ReadOnlySpanAction<byte, TArg> visit, TArg arg)
    {
        for (int i = 0; i < _secretFields.Count; i += 2)
        {
            ReadOnlySpan<byte> encoded = _bytes.AsSpan(_secretFields[i], _secretFields[i + 1]);
            byte[] decoded = PinnedBytes.Rent(encoded.Length);
            visit(decoded.AsSpan(0, FormEncoding.Decode(encoded, decoded)), arg);
            PinnedBytes.Return(decoded);
        }

        if (_secretElsewhere is not null)
        {
            visit(_secretElsewhere.Utf8, arg);
        }
    }

    /// <summary>Has a secret disposed of together with the form.</summary>
    internal void Own(IDisposable secret) => _owned = secret;

    /// <summary>Whether what the form holds may be sent; <see langword="null"/> if it holds nothing that works once.</summary>
    internal SingleUse? Use;

    /// <summary>The form as it is sent.</summary>
    internal ReadOnlyMemory<byte> Utf8 => _bytes.AsMemory(0, _length);

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
        using var secret = new SecretText(value);
        WriteSecret(name, secret.Utf8);
    }

    internal void AddSecret(string name, SecretText value) => WriteSecret(name, value.Utf8);

    /// <summary>Notes the secret that travels outside the body, in an Authorization header.</summary>
    internal void NoteSecret(SecretText value) => _secretElsewhere = value;

    /// <summary>Keeps the bytes until <see cref="Release"/>; <see langword="false"/> if they are gone.</summary>
    internal bool TryHold()
    {
        int holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            int before = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (before == holders)
            {
                return true;
            }

            holders = before;
        }

        return false;
    }

    internal void Release(bool isWritten)
    {
        // Never cleared: the owner and a transport can let go at the same time.
        if (!isWritten)
        {
            _isBrokenOff = true;
        }

        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        if (_isBrokenOff)
        {
            CryptographicOperations.ZeroMemory(_bytes);
        }
        else
        {
            PinnedBytes.Return(_bytes);
        }

        _bytes = [];
        _length = 0;
    }

    public override string ToString() => string.Join('&', _names);

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _owned?.Dispose();
            Release(isWritten: true);
        }
    }

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

        // Nearly all names are constants of ours that need no escaping.
        string encodedName = Characters.AreUnreserved(name) ? name : FormEncoding.Encode(Encoding.UTF8.GetBytes(name));
        Reserve(encodedName.Length + value.Length + 2);
        if (_names.Count > 0)
        {
            _bytes[_length++] = (byte)'&';
        }

        _names.Add(name);
        _length += Encoding.ASCII.GetBytes(encodedName, _bytes.AsSpan(_length));
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

        byte[] larger = PinnedBytes.Rent(Math.Max(_bytes.Length * 2, _length + more));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        PinnedBytes.Return(_bytes);
        _bytes = larger;
    }
}
