namespace AuthCode.Tests.Scenarios.Chaos;

/// <summary>Numbers that look random and are the same in every run (SplitMix64).</summary>
internal sealed class Dice(int seed)
{
    private long _state = seed;

    internal int Roll(int sides)
    {
        ulong z = (ulong)Interlocked.Add(ref _state, unchecked((long)0x9E3779B97F4A7C15UL));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)((z ^ (z >> 31)) % (ulong)sides);
    }
}
