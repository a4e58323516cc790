namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A clock on which waits of less than a second are over at once.</summary>
internal sealed class HastyClock : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < LongestWait ? TimeSpan.Zero : dueTime, period);
}
