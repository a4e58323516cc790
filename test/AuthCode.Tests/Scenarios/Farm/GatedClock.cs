namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A clock on which short waits are gates of an order of events, and time-outs never come.</summary>
/// <param name="order">The order.</param>
/// <param name="actor">Whose clock it is.</param>
internal sealed class GatedClock(Interleaving order, string actor) : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer();
        if (dueTime < LongestWait && dueTime >= TimeSpan.Zero)
        {
            _ = FireAsync(timer, callback, state);
        }

        return timer;
    }

    private async Task FireAsync(Timer timer, TimerCallback callback, object? state)
    {
        await order.EnterAsync(actor, "waits");
        if (!timer.IsDisposed)
        {
            callback(state);
        }
    }

    private sealed class Timer : ITimer
    {
        internal bool IsDisposed { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => IsDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
