using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AuthCode;

/// <summary>Takes out of a server's words what it repeats of the secrets that it was sent, as they are or encoded.</summary>
/// <remarks>
/// Implementation note: every eighth group of eight characters of each form is indexed, so a common piece of fifteen characters
/// holds an indexed group, wherever it begins; a found group is extended both ways. The work is bounded, since a server chooses
/// both its words and its refresh tokens: words that would take longer are withheld.
/// </remarks>
internal sealed class SecretRedactor
{
    // Shorter pieces would also be found in honest text; a shorter secret is masked when it stands there whole.
    private const int Piece = 16;
    private const int Group = 8;
    private const int MostComparisons = 1_000_000;
    private const string Mark = "(secret)";
    private const string Withheld = "(withheld)";

    private readonly List<string> _forms = [];
    private readonly Dictionary<int, List<(int Form, int At)>> _groups = [];

    internal SecretRedactor(IEnumerable<byte[]> secrets)
    {
        foreach (byte[] secret in secrets.Where(static secret => secret.Length >= Group))
        {
            string text = Encoding.UTF8.GetString(secret);
            string encoded = FormEncoding.Encode(secret);
            AddForms(secret, text);
            if (encoded != text)
            {
                // As it stood in the body, and in a Basic header (RFC 6749 section 2.3.1).
                AddForms(Encoding.ASCII.GetBytes(encoded), encoded);
                Add(Uri.EscapeDataString(text));
            }
        }
    }

    [return: NotNullIfNotNull(nameof(text))]
    internal string? Mask(string? text)
    {
        if (string.IsNullOrEmpty(text) || _groups.Count == 0)
        {
            return text;
        }

        bool[]? masked = null;
        int comparisons = 0;
        for (int at = 0; at + Group <= text.Length;)
        {
            (int start, int end) = FindAround(text, at, ref comparisons);
            if (comparisons > MostComparisons)
            {
                return Withheld;
            }

            if (end == 0)
            {
                at++;
                continue;
            }

            masked ??= new bool[text.Length];
            masked.AsSpan(start, end - start).Fill(true);

            // A piece of another form may go on where this one ends: its last groups are looked at once more.
            at = Math.Max(at + 1, end - Piece + 1);
        }

        return masked is null ? text : Rewrite(text, masked);
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

    private void AddForms(byte[] bytes, string text)
    {
        Add(text);
        Add(Convert.ToHexString(bytes));
        Add(Convert.ToHexString(Encoding.Unicode.GetBytes(text)));
        for (int skip = 0; skip < 3; skip++)
        {
            // Base64 of a text that holds the secret at any of the three alignments; the outermost groups depend on the neighbours.
            string base64 = Convert.ToBase64String(bytes, skip, bytes.Length - skip).TrimEnd('=')[..^1];
            Add(base64);
            Add(base64.Replace('+', '-').Replace('/', '_'));
        }
    }

    private void Add(string form)
    {
        if (form.Length < Group || _forms.Contains(form))
        {
            return;
        }

        _forms.Add(form);
        for (int at = 0; at + Group <= form.Length; at += Group)
        {
            int hash = HashOf(form.AsSpan(at, Group));
            if (!_groups.TryGetValue(hash, out List<(int, int)>? places))
            {
                _groups.Add(hash, places = []);
            }

            places.Add((_forms.Count - 1, at));
        }
    }

    /// <summary>The longest piece of a secret around a place of the text; an end of 0 means none.</summary>
    private (int Start, int End) FindAround(string text, int at, ref int comparisons)
    {
        (int Start, int End) longest = default;
        if (!_groups.TryGetValue(HashOf(text.AsSpan(at, Group)), out List<(int Form, int At)>? places))
        {
            return longest;
        }

        foreach ((int form, int place) in places)
        {
            string secret = _forms[form];
            int before = 0;
            while (before < at && before < place && Same(text[at - before - 1], secret[place - before - 1]))
            {
                before++;
            }

            int after = 0;
            while (at + after < text.Length && place + after < secret.Length && Same(text[at + after], secret[place + after]))
            {
                after++;
            }

            comparisons += before + after + 1;
            int length = before + after;
            if (after >= Group && length >= Math.Min(Piece, secret.Length) && length > longest.End - longest.Start)
            {
                longest = (at - before, at + after);
            }
        }

        return longest;
    }

    private static int HashOf(ReadOnlySpan<char> group) => string.GetHashCode(group, StringComparison.OrdinalIgnoreCase);

    private static bool Same(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
