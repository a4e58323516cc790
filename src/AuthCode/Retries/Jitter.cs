using System.Security.Cryptography;

namespace AuthCode;

/// <summary>Spreads the ends of waits, so that those who were told to wait do not all come back at once.</summary>
internal static class Jitter
{
    private const int Steps = 1024;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest time that is added to a wait.</summary>
    internal static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    /// <summary>A random number from zero to one.</summary>
    internal static double Next() => RandomNumberGenerator.GetInt32(Steps + 1) / (double)Steps;

    /// <summary>A wait with a random part of a fifth added.</summary>
    internal static TimeSpan Spread(TimeSpan wait, double random)
    {
        TimeSpan spread = wait / 5;
        spread = spread < Least ? Least : spread > Most ? Most : spread;
        return wait + (spread * random);
    }
}
