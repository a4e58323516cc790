namespace AuthCode;

/// <summary>Tells once that work is not over although its deadline has passed and it has been canceled.</summary>
internal sealed class OverdueWatch : IDisposable
{
    // By the clock of this machine, whatever the time provider: so long may work that heeds its cancellation take to end.
    // SocketsHttpHandler by itself goes on reading a response that was disposed of for 2 seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Action _overdue;
    private readonly CancellationTokenRegistration _deadline;

    // Guards _patience and _isOver: nothing is told of work that is over.
    private readonly object _gate = new();
    private ITimer? _patience;
    private bool _isOver;

    internal OverdueWatch(Action overdue, CancellationToken deadline)
    {
        _overdue = overdue;
        _deadline = deadline.UnsafeRegister(static watch => ((OverdueWatch)watch!).Start(), this);
    }

    public void Dispose()
    {
        _deadline.Unregister();
        lock (_gate)
        {
            _isOver = true;
            _patience?.Dispose();
        }
    }

    private void Start()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
                _patience = TimeProvider.System.CreateTimer(static watch => ((OverdueWatch)watch!).Tell(), this, Patience, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Tell()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _isOver = true;
                _overdue();
            }
        }
    }
}
