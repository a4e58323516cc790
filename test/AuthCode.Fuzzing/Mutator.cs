namespace AuthCode.Fuzzing;

/// <summary>Makes inputs from a corpus: bytes flipped, cut, repeated and spliced, and words of the format put in where they hurt.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, ulong seed)
{
    private const int MostMutations = 6;
    private const int Longest = 8 * 1024;

    private static readonly byte[][] Words =
    [
        [.. "\""u8], [.. "\\"u8], [.. "{"u8], [.. "}"u8], [.. "["u8], [.. "]"u8], [.. ":"u8], [.. ","u8], [.. "null"u8], [.. "true"u8], [.. "-1"u8], [.. "1e400"u8],
        [.. "99999999999999999999"u8], [.. "0.5"u8], [.. "\\u0000"u8], [.. "\\ud800"u8], [.. "\\uD83D\\uDE00"u8], [.. "\r\n"u8], [0], [0xFF], [0xC3, 0x28], [0xEF, 0xBB, 0xBF],
        [.. "\"error\":"u8], [.. "\"access_token\":"u8], [.. "\"expires_in\":"u8], [.. "\"scope\":"u8], [.. "\"token_type\":\"Bearer\""u8], [.. "\"claims\":"u8],
        [.. "\"access_token\":{\"xms_cc\":{\"values\":"u8], [.. ".."u8], [.. "%2e"u8], [.. "/"u8], [.. "@"u8], [.. "#"u8], [.. "?"u8], [.. "xn--"u8], [.. "\u3002"u8], [.. "::1"u8],
    ];

    private ulong _state = seed;

    internal byte[] Next()
    {
        var input = new List<byte>(corpus[Roll(corpus.Count)]);
        for (int mutations = 1 + Roll(MostMutations); mutations > 0; mutations--)
        {
            Mutate(input);
        }

        return input.Count <= Longest ? [.. input] : [.. input.Take(Longest)];
    }

    private void Mutate(List<byte> input)
    {
        int at = Roll(input.Count + 1);
        int length = Math.Min(Roll(16), input.Count - at);
        switch (Roll(7))
        {
            case 0 when at < input.Count: input[at] ^= (byte)(1 << Roll(8)); break;
            case 1 when at < input.Count: input[at] = (byte)Roll(256); break;
            case 2: input.RemoveRange(at, length); break;
            case 3: input.InsertRange(at, input.GetRange(at, length)); break;
            case 4: input.InsertRange(at, Words[Roll(Words.Length)]); break;
            case 5: input.RemoveRange(at, input.Count - at); break;
            default:
                byte[] other = corpus[Roll(corpus.Count)];
                int from = Roll(other.Length + 1);
                input.InsertRange(at, other.Skip(from).Take(Roll(64)));
                break;
        }
    }

    // SplitMix64: the same inputs in every run.
    private int Roll(int sides)
    {
        ulong z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) % (ulong)Math.Max(1, sides));
    }
}
