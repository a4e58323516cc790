using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>A secret as UTF-8 bytes that are wiped when it has served; it never prints itself.</summary>
/// <remarks>Implementation note: a .NET string cannot be wiped, so what this library keeps is bytes. The strings that callers passed stay theirs.</remarks>
[DebuggerDisplay("(secret)")]
internal sealed class SecretText : IDisposable
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[] _utf8;

    internal SecretText(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Takes the array over: it is wiped with the secret.</summary>
    internal SecretText(byte[] utf8) => _utf8 = utf8;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal ReadOnlySpan<byte> Utf8 => _utf8;

    public override string ToString() => "(secret)";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_utf8);
        _utf8 = [];
    }
}
