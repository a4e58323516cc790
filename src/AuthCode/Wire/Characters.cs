namespace AuthCode;

/// <summary>The character sets that values must keep to, so that nothing a caller passes can re-shape a URL, a header or a form.</summary>
/// <remarks>Implementation note: plain loops. Each vectorized search of .NET is some ten methods to compile before the first token.</remarks>
internal static class Characters
{
    /// <summary>VSCHAR: printable ASCII with space (RFC 6749 appendix A).</summary>
    internal static bool AreVisible(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
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
        foreach (byte b in ascii)
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
        // A bit for each of the 256 values: '-', '.' and the digits; the letters, '_' and '~'; none beyond ASCII.
        ReadOnlySpan<ulong> unreserved = [0x03FF_6000_0000_0000, 0x47FF_FFFE_87FF_FFFE, 0, 0];
        return ((unreserved[value >> 6] >> (value & 63)) & 1) != 0;
    }
}
