namespace AuthCode;

/// <summary>The turn of a session: one holder at a time reads and moves its state. What the session holds is wiped at its end, by whoever holds the turn last.</summary>
internal sealed class SessionTurn : IDisposable
{
    private readonly CancellationTokenSource _lifetime;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Action _wipe;

    internal volatile bool IsDisposed;

    /// <summary>Canceled when the session is disposed of.</summary>
    internal readonly CancellationToken Lifetime;

    internal SessionTurn(Action wipe)
    {
        _wipe = wipe;
        _lifetime = new CancellationTokenSource();
        Lifetime = _lifetime.Token;
    }

    internal void Enter(CancellationToken cancellationToken) => _turn.Wait(cancellationToken);

    internal Task EnterAsync(CancellationToken cancellationToken) => _turn.WaitAsync(cancellationToken);

    internal void Leave()
    {
        _turn.Release();
        if (IsDisposed)
        {
            WipeUnlessInUse();
        }
    }

    public void Dispose()
    {
        IsDisposed = true;
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
            _wipe();
            _turn.Release();
        }
    }
}
