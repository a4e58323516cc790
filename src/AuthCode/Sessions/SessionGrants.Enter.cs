namespace AuthCode;

/// <content>How the turn is taken, and what becomes of it when its holder cannot end.</content>
internal sealed partial class SessionGrants
{
    private SessionHold Hold => _hold ??= new SessionHold(Factory.Time);

    /// <summary>Takes the turn; <see langword="false"/> if the session has been disposed of.</summary>
    private async Task<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        if (WorkScope.IsWithin(this))
        {
            throw Failures.CalledWithin().ToException();
        }

        try
        {
            if (!Turn.TryEnter())
            {
                if (Factory.Client.IsWithinReadFor(Factory.Client.Tenant))
                {
                    // Its holder may wait for the read of the metadata that the caller is a part of.
                    throw Failures.CalledWithin().ToException();
                }

                if (await Turn.EnterAsync(cancellationToken).ConfigureAwait(false) is { } stalled)
                {
                    throw stalled.ToException();
                }
            }
        }
        catch (OperationCanceledException) when (Turn.IsDisposed && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        if (Turn.IsDisposed)
        {
            Turn.Leave();
            return false;
        }

        return true;
    }

    /// <summary>Takes the turn as soon as its holder has left it; <see langword="false"/> if the caller is a part of its work, or its request is overdue, or the session has been disposed of.</summary>
    private async ValueTask<bool> TryEnterToLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return !WorkScope.IsWithin(this) && (Turn.TryEnter() || await Turn.EnterAsync(cancellationToken).ConfigureAwait(false) is null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Begins work within the turn that calls the store: one that asked for the turn again would wait for itself.</summary>
    private WorkScope EnterWork() => WorkScope.Enter(this, WorkScope.Current, WorkScope.Current?.Parent ?? Spans.Outer);

    // The attempt goes on, and its response is kept if it comes; but nobody waits for it any more.
    private void Stall(TokenAcquisition acquisition)
    {
        Failure overdue = Failures.Overdue(Factory.Client.Server.Host, Factory.Retry.NetworkTimeout);
        CachedToken? valid = Cache.Find(acquisition.Request.Key, Factory.Time.GetUtcNow());
        Turn.Stall(overdue);
        acquisition.Complete(
            Turn.IsDisposed ? AcquisitionResult.Disposed
            : valid is not null ? AcquisitionResult.Success(valid)
            : AcquisitionResult.Fail(overdue));
    }
}
