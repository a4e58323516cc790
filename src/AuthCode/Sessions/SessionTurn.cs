namespace AuthCode;

/// <summary>The turn of a session: one holder at a time reads and moves its state. What the session holds is wiped at its end, by whoever holds the turn last.</summary>
/// <remarks>A holder whose request does not end stalls the turn: then nobody waits for it, and everybody is told why.</remarks>
internal sealed class SessionTurn : IDisposable
{
    private readonly CancellationTokenSource _lifetime;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Action _wipe;

    // Guards _stalled and _interrupt, which ends the waits for a turn that is stalled.
    private readonly object _gate = new();
    private CancellationTokenSource? _interrupt;
    private Failure? _stalled;

    internal volatile bool IsDisposed;

    /// <summary>Canceled when the session is disposed of.</summary>
    internal readonly CancellationToken Lifetime;

    internal SessionTurn(Action wipe)
    {
        _wipe = wipe;
        _lifetime = new CancellationTokenSource();
        Lifetime = _lifetime.Token;
    }

    /// <summary>Takes the turn if it is free.</summary>
    internal bool TryEnter() => _turn.Wait(0);

    /// <summary>Waits for the turn.</summary>
    /// <returns>Why the turn cannot be had; <see langword="null"/> if it was taken.</returns>
    /// <exception cref="OperationCanceledException">The session has been disposed of.</exception>
    internal Failure? Enter()
    {
        while (true)
        {
            if (Watch(out CancellationToken interrupt) is { } stalled)
            {
                return stalled;
            }

            try
            {
                _turn.Wait(interrupt);
                return null;
            }
            catch (OperationCanceledException)
            {
                Lifetime.ThrowIfCancellationRequested();
            }
        }
    }

    /// <inheritdoc cref="Enter"/>
    /// <exception cref="OperationCanceledException">The session has been disposed of, or the caller canceled.</exception>
    internal async Task<Failure?> EnterAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (Watch(out CancellationToken interrupt) is { } stalled)
            {
                return stalled;
            }

            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(interrupt, cancellationToken);
            try
            {
                await _turn.WaitAsync(either.Token).ConfigureAwait(false);
                return null;
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Lifetime.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Lets go of everybody who waits for the turn; called while its holder cannot end.</summary>
    internal void Stall(Failure reason)
    {
        CancellationTokenSource? interrupt;
        lock (_gate)
        {
            _stalled = reason;
            interrupt = _interrupt;
            _interrupt = null;
        }

        interrupt?.Cancel();
    }

    internal void Leave()
    {
        lock (_gate)
        {
            _stalled = null;
        }

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

    private Failure? Watch(out CancellationToken interrupt)
    {
        lock (_gate)
        {
            interrupt = _stalled is null ? (_interrupt ??= CancellationTokenSource.CreateLinkedTokenSource(Lifetime)).Token : default;
            return _stalled;
        }
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
