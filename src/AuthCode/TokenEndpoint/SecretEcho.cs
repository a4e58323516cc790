using System.Text;

namespace AuthCode;

/// <summary>Takes out of a server's words what it repeats of the secrets that it was sent, as they are or encoded.</summary>
internal sealed class SecretEcho
{
    // Shorter pieces would also be found in honest text; a shorter secret is masked when it stands there whole.
    private const int Piece = 16;
    private const int ShortestSecret = 8;
    private const string Mark = "(secret)";

    private readonly List<string> _forms = [];

    internal SecretEcho(IEnumerable<byte[]> secrets)
    {
        foreach (byte[] secret in secrets.Where(static secret => secret.Length >= ShortestSecret))
        {
            string text = Encoding.UTF8.GetString(secret);
            _forms.Add(text);
            _forms.Add(FormEncoding.Encode(secret));
            _forms.Add(Uri.EscapeDataString(text));
            _forms.Add(Convert.ToHexString(secret));
            _forms.Add(Convert.ToHexString(Encoding.Unicode.GetBytes(text)));
            for (int skip = 0; skip < 3; skip++)
            {
                // Base64 of a text that holds the secret at any of the three alignments; the outermost groups depend on the neighbours.
                string base64 = Convert.ToBase64String(secret, skip, secret.Length - skip).TrimEnd('=');
                _forms.Add(base64[..^1]);
                _forms.Add(base64[..^1].Replace('+', '-').Replace('/', '_'));
            }
        }
    }

    internal string? Mask(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        bool[]? masked = null;
        foreach (string form in _forms)
        {
            int length = Math.Min(Piece, form.Length);
            for (int start = 0; start + length <= form.Length; start++)
            {
                MaskEach(text, form.AsSpan(start, length), ref masked);
            }
        }

        return masked is null ? text : Rewrite(text, masked);
    }

    private static void MaskEach(string text, ReadOnlySpan<char> piece, ref bool[]? masked)
    {
        for (int from = 0; from < text.Length;)
        {
            int at = text.AsSpan(from).IndexOf(piece, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return;
            }

            masked ??= new bool[text.Length];
            masked.AsSpan(from + at, piece.Length).Fill(true);
            from += at + 1;
        }
    }

    private static string Rewrite(string text, bool[] masked)
    {
        var kept = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (!masked[i])
            {
                kept.Append(text[i]);
            }
            else if (i == 0 || !masked[i - 1])
            {
                kept.Append(Mark);
            }
        }

        return kept.ToString();
    }
}
