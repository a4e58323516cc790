namespace QuickStart;

/// <summary>A clock that can be put forward, so that a token becomes due for renewal during the tour.</summary>
internal sealed class SampleClock : TimeProvider
{
    private TimeSpan _ahead;

    internal void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);
}
