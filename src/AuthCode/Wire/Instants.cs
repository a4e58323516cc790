namespace AuthCode;

/// <summary>Arithmetic of instants for clocks that are set to anything.</summary>
internal static class Instants
{
    /// <summary>An instant after another, or the last one that there is.</summary>
    internal static DateTimeOffset SaturatingAdd(this DateTimeOffset instant, TimeSpan span) =>
        span <= DateTimeOffset.MaxValue - instant ? instant + span : DateTimeOffset.MaxValue;
}
