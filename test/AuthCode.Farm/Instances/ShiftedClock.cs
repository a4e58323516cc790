namespace AuthCode.Farm.Instances;

/// <summary>The clock of the machine, moved ahead. Timers keep the machine's time.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _aheadTicks;

    /// <summary>How far the clock is ahead of that of the machine.</summary>
    internal TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));
        set => Interlocked.Exchange(ref _aheadTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public override long GetTimestamp() => System.GetTimestamp() + (Ahead.Ticks * (System.TimestampFrequency / TimeSpan.TicksPerSecond));
}
