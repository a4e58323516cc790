using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace AuthCode;

/// <summary>A secret as UTF-8 bytes in pinned memory, which are zeroed when it has served; it never prints itself.</summary>
/// <remarks>Implementation note: a .NET string cannot be zeroed, so what this library keeps is bytes. The strings that callers passed stay theirs.</remarks>
[DebuggerDisplay("(secret)")]
internal sealed class SecretText : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[]? _utf8;

    private readonly int _length;

    internal SecretText(string text)
    {
        _length = Encoding.UTF8.GetByteCount(text);
        _utf8 = PinnedBytes.Rent(_length);
        Encoding.UTF8.GetBytes(text, _utf8);
    }

    internal SecretText(ReadOnlySpan<byte> utf8)
    {
        _length = utf8.Length;
        _utf8 = PinnedBytes.Rent(_length);
        utf8.CopyTo(_utf8);
    }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ReadOnlySpan<byte> Utf8 => _utf8 is { } utf8 ? utf8.AsSpan(0, _length) : default;

    /// <summary>The JSON string that a reader stands at.</summary>
    /// <exception cref="InvalidOperationException">The string is not valid UTF-8.</exception>
    internal static SecretText Read(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped && Characters.AreVisible(json.ValueSpan))
        {
            return new SecretText(json.ValueSpan);
        }

        byte[] unescaped = PinnedBytes.Rent(json.ValueSpan.Length);
        try
        {
            return new SecretText(unescaped.AsSpan(0, json.CopyString(unescaped)));
        }
        finally
        {
            PinnedBytes.Return(unescaped);
        }
    }

    public override string ToString() => "(secret)";

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _utf8, null) is { } utf8)
        {
            PinnedBytes.Return(utf8);
        }
    }
}
