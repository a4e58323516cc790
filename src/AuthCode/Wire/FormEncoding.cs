using System.Text;

namespace AuthCode;

/// <summary>The encoding of a form's value: unreserved characters as they are, a space as <c>+</c>, the rest as <c>%XX</c> of UTF-8 (RFC 6749 appendix B).</summary>
internal static class FormEncoding
{
    /// <summary>How long a value becomes.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> utf8)
    {
        int length = utf8.Length;
        for (int at = Characters.IndexOfReserved(utf8); at >= 0; at = Characters.IndexOfReserved(utf8))
        {
            length += utf8[at] == ' ' ? 0 : 2;
            utf8 = utf8[(at + 1)..];
        }

        return length;
    }

    /// <summary>Writes a value, unless the destination is too short.</summary>
    internal static bool TryWrite(ReadOnlySpan<byte> utf8, Span<byte> destination, out int length)
    {
        const int LongestReserved = 3;
        length = 0;
        while (true)
        {
            // Codes and tokens are long runs of unreserved characters.
            int at = Characters.IndexOfReserved(utf8);
            int run = at < 0 ? utf8.Length : at;
            if (length + run > destination.Length)
            {
                return false;
            }

            utf8[..run].CopyTo(destination[length..]);
            length += run;
            if (at < 0)
            {
                return true;
            }

            if (length + (utf8[at] == ' ' ? 1 : LongestReserved) > destination.Length)
            {
                return false;
            }

            length += WriteReserved(utf8[at], destination[length..]);
            utf8 = utf8[(at + 1)..];
        }
    }

    /// <summary>Takes the encoding off what <see cref="TryWrite"/> wrote; the destination is as long as the source at least.</summary>
    /// <returns>The length of the value.</returns>
    internal static int Decode(ReadOnlySpan<byte> encoded, Span<byte> destination)
    {
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte value = encoded[i] == '+' ? (byte)' ' : encoded[i];
            if (value == '%')
            {
                value = (byte)((HexValue(encoded[i + 1]) << 4) | HexValue(encoded[i + 2]));
                i += 2;
            }

            destination[length++] = value;
        }

        return length;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : digit - 'A' + 10;

    private static int WriteReserved(byte value, Span<byte> destination)
    {
        if (value == ' ')
        {
            destination[0] = (byte)'+';
            return 1;
        }

        destination[0] = (byte)'%';
        destination[1] = "0123456789ABCDEF"u8[value >> 4];
        destination[2] = "0123456789ABCDEF"u8[value & 0xF];
        return 3;
    }

    internal static string Encode(ReadOnlySpan<byte> utf8)
    {
        byte[] encoded = new byte[LengthOf(utf8)];
        return TryWrite(utf8, encoded, out int length) ? Encoding.ASCII.GetString(encoded, 0, length) : throw new InvalidOperationException("The length is not that of the value.");
    }
}
