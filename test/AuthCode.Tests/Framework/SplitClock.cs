namespace AuthCode.Tests;

/// <summary>A clock whose wall time can be set without the monotonic time going along, as an administrator sets a machine's, and the other way round.</summary>
internal sealed class SplitClock : TimeProvider
{
    private DateTimeOffset _wall = The.Now;
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _wall.ToUniversalTime();

    public override long GetTimestamp() => _ticks;

    internal void Advance(TimeSpan by)
    {
        SetWall(by);
        AdvanceMonotonic(by);
    }

    internal void SetWall(TimeSpan by) => _wall += by;

    internal void AdvanceMonotonic(TimeSpan by) => _ticks += by.Ticks;
}
