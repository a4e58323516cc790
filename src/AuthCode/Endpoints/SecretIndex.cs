namespace AuthCode;

/// <summary>A text in which pieces of secrets are looked up and marked, whatever the case of their letters and the alphabet of base64.</summary>
/// <remarks>Every eighth group of eight characters of a secret is looked up, so a common piece of fifteen characters holds such a group, wherever it begins; a group that is found is extended both ways.</remarks>
internal sealed class SecretIndex
{
    /// <summary>Shorter pieces would also be found in honest text; a shorter secret is marked when it stands there whole.</summary>
    internal const int Piece = 16;

    internal const int Group = 8;
    private const int MostComparisons = 1_000_000;

    private readonly string _text;
    private readonly bool[] _masked;

    // The first place of each hash, and the next place of the same one; -1 is none.
    private readonly int[] _first;
    private readonly int[] _next;
    private int _comparisons;

    internal SecretIndex(string text)
    {
        _text = text;
        _masked = new bool[text.Length];
        int places = Math.Max(0, text.Length - Group + 1);
        _next = new int[places];
        _first = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 4 * places))];
        Array.Fill(_first, -1);
        for (int at = 0; at < places; at++)
        {
            ref int first = ref _first[HashOf(text.AsSpan(at, Group))];
            _next[at] = first;
            first = at;
        }
    }

    /// <summary>Whether the search was given up; then any of the text may be secret.</summary>
    internal bool IsTooLaborious => _comparisons > MostComparisons;

    internal bool IsAnyMasked { get; private set; }

    internal ReadOnlySpan<bool> Masked => _masked;

    /// <summary>Marks what the text repeats of a form of a secret, or of a block of one.</summary>
    internal void Find(ReadOnlySpan<char> form)
    {
        for (int at = 0; at + Group <= form.Length && !IsTooLaborious; at += Group)
        {
            for (int place = _first[HashOf(form.Slice(at, Group))]; place >= 0; place = _next[place])
            {
                Mark(form, at, place);
            }
        }
    }

    private void Mark(ReadOnlySpan<char> form, int at, int place)
    {
        int after = 0;
        while (at + after < form.Length && place + after < _text.Length && Folded(form[at + after]) == Folded(_text[place + after]))
        {
            after++;
        }

        int before = 0;
        while (after >= Group && before < at && before < place && Folded(form[at - before - 1]) == Folded(_text[place - before - 1]))
        {
            before++;
        }

        _comparisons += before + after + 1;
        if (after >= Group && before + after >= Math.Min(Piece, form.Length))
        {
            IsAnyMasked = true;
            _masked.AsSpan(place - before, before + after).Fill(true);
        }
    }

    private int HashOf(ReadOnlySpan<char> group)
    {
        uint hash = 0;
        foreach (char c in group)
        {
            hash = (hash * 0x01000193) ^ Folded(c);
        }

        return (int)((hash ^ (hash >> 15)) & (uint)(_first.Length - 1));
    }

    private static char Folded(char c) => c switch
    {
        '-' => '+',
        '_' => '/',
        < (char)128 => (char)(c | 0x20),
        _ => char.ToUpperInvariant(c),
    };
}
