using System.Runtime.InteropServices;
using System.Text;

namespace AuthCode;

/// <summary>The forms that a secret may be repeated in: as it is, percent-encoded as in a form or an address, and either of them as hexadecimal digits or base64.</summary>
/// <remarks>A block at a time, in memory that is zeroed afterwards.</remarks>
internal static class SecretForms
{
    private const int Block = 1536;

    // Whatever form a piece of a secret has, one block has all of it.
    private const int Overlap = 48;

    // A byte becomes %XX at most, of which each character may become two bytes of UTF-16 in hexadecimal digits.
    private const int LongestForm = Block * 3 * 4;

    internal static void Search(ReadOnlySpan<byte> all, SecretIndex index)
    {
        if (all.Length < SecretIndex.Group)
        {
            return;
        }

        byte[] encoded = PinnedBytes.Rent(Block * 3);
        byte[] scratch = PinnedBytes.Rent(LongestForm * sizeof(char));
        try
        {
            Span<char> form = MemoryMarshal.Cast<byte, char>(scratch.AsSpan());
            for (int start = 0; start == 0 || start + Overlap < all.Length; start += Block - Overlap)
            {
                ReadOnlySpan<byte> block = all.Slice(start, Math.Min(Block, all.Length - start));
                SearchForms(block, form, index);
                if (FormEncoding.LengthOf(block) != block.Length || block.Contains((byte)' '))
                {
                    // As it stood in the body, and in a Basic header (RFC 6749 section 2.3.1).
                    FormEncoding.TryWrite(block, encoded, out int length);
                    SearchForms(encoded.AsSpan(0, length), form, index);
                    SearchAddress(encoded.AsSpan(0, length), form, index);
                }
            }
        }
        finally
        {
            PinnedBytes.Return(encoded);
            PinnedBytes.Return(scratch);
        }
    }

    private static void SearchForms(ReadOnlySpan<byte> block, Span<char> form, SecretIndex index)
    {
        int length = Encoding.UTF8.GetChars(block, form);
        index.Find(form[..length]);
        SearchHexOfUtf16(form[..length], form[length..], index);
        index.Find(form[..WriteHex(block, form)]);
        for (int skip = 0; skip < 3; skip++)
        {
            SearchBase64(block[skip..], form, index);
        }
    }

    /// <summary>As in an address, where a space is <c>%20</c>.</summary>
    private static void SearchAddress(ReadOnlySpan<byte> encoded, Span<char> form, SecretIndex index)
    {
        int length = 0;
        foreach (byte value in encoded)
        {
            ReadOnlySpan<char> written = value == '+' ? "%20" : [(char)value];
            written.CopyTo(form[length..]);
            length += written.Length;
        }

        index.Find(form[..length]);
    }

    private static void SearchHexOfUtf16(ReadOnlySpan<char> text, Span<char> form, SecretIndex index) =>
        index.Find(form[..WriteHex(MemoryMarshal.AsBytes(text), form)]);

    // Base64 of a text that holds the secret at any of the three alignments; the outermost groups depend on the neighbors.
    private static void SearchBase64(ReadOnlySpan<byte> block, Span<char> form, SecretIndex index)
    {
        Convert.TryToBase64Chars(block, form, out int length);
        index.Find(form[..Math.Max(0, form[..length].TrimEnd('=').Length - 1)]);
    }

    private static int WriteHex(ReadOnlySpan<byte> bytes, Span<char> form)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            form[2 * i] = "0123456789ABCDEF"[bytes[i] >> 4];
            form[(2 * i) + 1] = "0123456789ABCDEF"[bytes[i] & 0xF];
        }

        return 2 * bytes.Length;
    }
}
