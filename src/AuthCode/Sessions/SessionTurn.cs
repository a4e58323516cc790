namespace AuthCode;

/// <summary>The turn of a session: one holder at a time reads and moves its state. What the session holds is wiped at its end, by whoever holds the turn last.</summary>
internal sealed class SessionTurn(Action wipe) : IDisposable
{
    private readonly CancellationTokenSource _lifetime = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile bool _disposed;

    internal bool IsDisposed => _disposed;

    /// <summary>Cancelled when the session is disposed of.</summary>
    internal CancellationToken Lifetime => _lifetime.Token;

    internal void Enter(CancellationToken cancellationToken) => _turn.Wait(cancellationToken);

    internal Task EnterAsync(CancellationToken cancellationToken) => _turn.WaitAsync(cancellationToken);

    internal void Leave()
    {
        _turn.Release();
        if (_disposed)
        {
            WipeUnlessInUse();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        try
        {
            _lifetime.Cancel();
        }
        catch (AggregateException)
        {
            // What a caller's callback or handler registered on its token threw; the wiping must not suffer from it.
        }

        WipeUnlessInUse();
    }

    private void WipeUnlessInUse()
    {
        // The holder of the turn still reads the secrets, and comes here when it leaves.
        if (_turn.Wait(0))
        {
            wipe();
            _turn.Release();
        }
    }
}
