namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A clock on which waits of less than a second are over at once.</summary>
internal sealed class HastyClock : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private TimeSpan _ahead;

    /// <summary>Moves both clocks forward. Waits that are under way take as long as before.</summary>
    internal void Skip(TimeSpan time) => _ahead += time;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < LongestWait ? TimeSpan.Zero : dueTime, period);
}
