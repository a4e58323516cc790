namespace AuthCode;

/// <summary>The turn of a session: one holder at a time reads and moves its state. What the session holds is wiped at its end, by whoever holds the turn last.</summary>
/// <remarks>
/// A holder whose request does not end stalls the turn: then nobody waits for it, and everybody is told why.
/// Implementation note: what a turn is made of exists while somebody uses it, since a process holds many sessions that nobody uses.
/// </remarks>
/// <param name="grants">What the turn is of, and what is wiped.</param>
internal sealed partial class SessionTurn(SessionGrants grants) : IDisposable
{
    // What the turn is made of, while somebody has it, waits for it, or acquires a token in one turn after the other. Guarded by the turn
    // itself: nobody else has a reference that could be locked.
    private Parts? _parts;

    internal volatile bool IsDisposed;

    /// <summary>Canceled when the session is disposed of.</summary>
    internal CancellationToken Lifetime
    {
        get
        {
            lock (this)
            {
                return IsDisposed ? new CancellationToken(canceled: true) : _parts!.Lifetime.Token;
            }
        }
    }

    /// <summary>Whether somebody has the turn.</summary>
    internal bool IsTaken
    {
        get
        {
            lock (this)
            {
                return _parts?.Turn.CurrentCount == 0;
            }
        }
    }

    /// <summary>Why the turn cannot be had: the request of its holder is overdue, and may still reach the server; <see langword="null"/> if it can.</summary>
    internal Failure? Stalled
    {
        get
        {
            lock (this)
            {
                return _parts?.Stalled;
            }
        }
    }

    /// <summary>Takes the turn if it is free.</summary>
    internal bool TryEnter()
    {
        bool isTaken = Join().Wait(0);
        if (!isTaken)
        {
            Part();
        }

        return isTaken;
    }

    /// <summary>Waits for the turn.</summary>
    /// <returns>Why the turn cannot be had; <see langword="null"/> if it was taken.</returns>
    /// <exception cref="OperationCanceledException">The session has been disposed of.</exception>
    internal Failure? Enter()
    {
        SemaphoreSlim turn = Join();
        bool isTaken = false;
        try
        {
            while (true)
            {
                if (Watch(out CancellationToken interrupt) is { } stalled)
                {
                    return stalled;
                }

                try
                {
                    turn.Wait(interrupt);
                    isTaken = true;
                    return null;
                }
                catch (OperationCanceledException)
                {
                    Lifetime.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            PartUnless(isTaken);
        }
    }

    /// <inheritdoc cref="Enter"/>
    /// <exception cref="OperationCanceledException">The session has been disposed of, or the caller canceled.</exception>
    internal async Task<Failure?> EnterAsync(CancellationToken cancellationToken = default)
    {
        SemaphoreSlim turn = Join();
        bool isTaken = false;
        try
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
                    await turn.WaitAsync(either.Token).ConfigureAwait(false);
                    isTaken = true;
                    return null;
                }
                catch (OperationCanceledException)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Lifetime.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            PartUnless(isTaken);
        }
    }

    /// <summary>Lets go of everybody who waits for the turn; called while its holder cannot end.</summary>
    internal void Stall(Failure reason)
    {
        CancellationTokenSource? interrupt;
        lock (this)
        {
            _parts!.Stalled = reason;
            interrupt = _parts.Interrupt;
            _parts.Interrupt = null;
        }

        interrupt?.Cancel();
    }

    /// <summary>Notes that the request of the holder has ended: the turn can be waited for again.</summary>
    internal void Resume()
    {
        lock (this)
        {
            _parts!.Stalled = null;
        }
    }

    internal void Leave()
    {
        SemaphoreSlim turn;
        lock (this)
        {
            turn = _parts!.Turn;
        }

        turn.Release();
        if (IsDisposed)
        {
            WipeUnlessInUse();
        }

        Part();
    }

    public void Dispose()
    {
        CancellationTokenSource? lifetime;
        lock (this)
        {
            IsDisposed = true;
            lifetime = _parts?.Lifetime;
        }

        try
        {
            lifetime?.Cancel();
        }
        catch (AggregateException)
        {
            // What a caller's callback or handler registered on its token threw; the wiping must not suffer from it.
        }

        WipeUnlessInUse();
    }

    /// <summary>Begins to use the turn or <see cref="Lifetime"/>, until <see cref="Part"/>.</summary>
    internal SemaphoreSlim Join()
    {
        lock (this)
        {
            _parts ??= new Parts();
            _parts.Users++;
            return _parts.Turn;
        }
    }

    internal void Part()
    {
        lock (this)
        {
            if (--_parts!.Users == 0)
            {
                _parts.Dispose();
                _parts = null;
            }
        }
    }

    private void PartUnless(bool isTaken)
    {
        if (!isTaken)
        {
            Part();
        }
    }

    private Failure? Watch(out CancellationToken interrupt)
    {
        lock (this)
        {
            Parts parts = _parts!;
            interrupt = parts.Stalled is null ? (parts.Interrupt ??= CancellationTokenSource.CreateLinkedTokenSource(Lifetime)).Token : default;
            return parts.Stalled;
        }
    }

    private void WipeUnlessInUse()
    {
        // The holder of the turn still reads the secrets, and comes here when it leaves.
        SemaphoreSlim turn = Join();
        if (turn.Wait(0))
        {
            grants.Wipe();
            turn.Release();
        }

        Part();
    }
}
