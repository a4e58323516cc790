using System.Runtime.CompilerServices;

namespace AuthCode;

/// <summary>Counts the calls for a token by what the cache had.</summary>
internal static class TokenLookups
{
    /// <summary>Counts a hit. While nobody listens, it costs the look at one flag.</summary>
    internal static void NoteHit()
    {
        if (Instruments.Lookups.Enabled)
        {
            Add(Attributes.Hit);
        }
    }

    /// <summary>Counts a call that found a token which is due, or none.</summary>
    internal static void Note(string result)
    {
        if (Instruments.Lookups.Enabled)
        {
            Add(result);
        }
    }

    // Out of the way of a hit that nobody counts.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add(string result) => Instruments.Count(Instruments.Lookups, new() { { Attributes.Result, result } });
}
