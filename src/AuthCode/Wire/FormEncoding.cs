using System.Text;

namespace AuthCode;

/// <summary>The encoding of a form's value: unreserved characters as they are, a space as <c>+</c>, the rest as <c>%XX</c> of UTF-8 (RFC 6749 appendix B).</summary>
internal static class FormEncoding
{
    /// <summary>Writes a value that becomes at most three times as long, and returns the length.</summary>
    internal static int Write(ReadOnlySpan<byte> utf8, Span<byte> destination)
    {
        int length = 0;
        foreach (byte b in utf8)
        {
            if (Characters.IsUnreserved(b))
            {
                destination[length++] = b;
            }
            else if (b == ' ')
            {
                destination[length++] = (byte)'+';
            }
            else
            {
                destination[length++] = (byte)'%';
                destination[length++] = HexDigit(b >> 4);
                destination[length++] = HexDigit(b & 0xF);
            }
        }

        return length;
    }

    internal static string Encode(ReadOnlySpan<byte> utf8)
    {
        byte[] encoded = new byte[3 * utf8.Length];
        return Encoding.ASCII.GetString(encoded, 0, Write(utf8, encoded));
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);
}
