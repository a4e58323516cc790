using System.Runtime.InteropServices;

namespace AuthCode;

/// <summary>The character sets that values must keep to, so that nothing a caller passes can re-shape a URL, a header or a form.</summary>
/// <remarks>
/// Implementation note: plain loops, over several characters at a time where tokens are long. Each vectorized search of .NET is some
/// ten methods to compile before the first token.
/// </remarks>
internal static class Characters
{
    /// <summary>VSCHAR: printable ASCII with space (RFC 6749 appendix A).</summary>
    internal static bool AreVisible(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<ulong> fours = MemoryMarshal.Cast<char, ulong>(text);
        foreach (ulong four in fours)
        {
            // In each of four characters: nothing from 0x7F on, and one of the bits that those from space on have.
            if (((four | (four + 0x0001_0001_0001_0001)) & 0xFF80_FF80_FF80_FF80) != 0
                || ((four | (four >> 1)) & 0x0020_0020_0020_0020) != 0x0020_0020_0020_0020)
            {
                return false;
            }
        }

        foreach (char c in text[(4 * fours.Length)..])
        {
            if (c is < ' ' or > '~')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The text without its other characters.</summary>
    internal static string OnlyVisible(string text) => AreVisible(text) ? text : string.Concat(text.Where(static c => c is >= ' ' and <= '~'));

    /// <inheritdoc cref="AreVisible(ReadOnlySpan{char})"/>
    internal static bool AreVisible(ReadOnlySpan<byte> ascii)
    {
        ReadOnlySpan<ulong> eights = MemoryMarshal.Cast<byte, ulong>(ascii);
        foreach (ulong eight in eights)
        {
            if (((eight | (eight + 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080) != 0
                || ((eight | (eight >> 1)) & 0x2020_2020_2020_2020) != 0x2020_2020_2020_2020)
            {
                return false;
            }
        }

        foreach (byte b in ascii[(8 * eights.Length)..])
        {
            if (b is < (byte)' ' or > (byte)'~')
            {
                return false;
            }
        }

        return true;
    }

    internal static bool AreDigits(ReadOnlySpan<byte> ascii)
    {
        foreach (byte b in ascii)
        {
            if (b is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a space or a control character of ASCII is among them.</summary>
    internal static bool HaveBlank(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c <= ' ')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>NQCHAR: printable ASCII without space, quotation mark and backslash (RFC 6749 section 3.3).</summary>
    internal static bool AreScopeToken(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c is <= ' ' or > '~' or '"' or '\\')
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    /// <summary>Unreserved characters of RFC 3986, the alphabet of a PKCE code verifier (RFC 7636 section 4.1).</summary>
    internal static bool AreUnreserved(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c > '~' || !IsUnreserved((byte)c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The index of the first byte that is not an unreserved character; -1 if there is none.</summary>
    internal static int IndexOfReserved(ReadOnlySpan<byte> utf8)
    {
        for (int i = 0; i < utf8.Length; i++)
        {
            if (!IsUnreserved(utf8[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsUnreserved(byte value)
    {
        ReadOnlySpan<byte> unreserved =
            "0000000000000000"u8 + "0000000000000000"u8 // control characters
            + "0000000000000110"u8                      // - .
            + "1111111111000000"u8                      // digits
            + "0111111111111111"u8 + "1111111111100001"u8 // A to Z, _
            + "0111111111111111"u8 + "1111111111100010"u8; // a to z, ~
        return value < unreserved.Length && unreserved[value] == '1';
    }
}
