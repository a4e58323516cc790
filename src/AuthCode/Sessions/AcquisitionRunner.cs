namespace AuthCode;

/// <summary>Runs an acquisition to its end: a first turn, and more of them by the retry pipeline if it failed.</summary>
/// <remarks>Nothing here faults: an acquisition ends in a token, a reason why there is none, or the session's disposal.</remarks>
internal sealed class AcquisitionRunner(SessionGrants grants, Action<TokenAcquisition, AcquisitionResult> complete)
{
    internal void Run(TokenAcquisition acquisition)
    {
        WorkScope scope = WorkScope.Enter(grants, acquisition.Outer, acquisition.Parent);
        AcquisitionResult result;
        grants.Turn.Join();
        try
        {
            AcquisitionResult first = grants.TakeTurn(acquisition);
            result = Settle(acquisition, first.Retry.Again ? Repeat(acquisition, first) : first);
        }
        catch (Exception e)
        {
            result = Explain(e);
        }

        grants.Turn.Part();
        scope.Leave();
        complete(acquisition, result);
    }

    internal async Task RunAsync(TokenAcquisition acquisition)
    {
        WorkScope scope = WorkScope.Enter(grants, acquisition.Outer, acquisition.Parent);
        AcquisitionResult result;
        grants.Turn.Join();
        try
        {
            AcquisitionResult first = await grants.TakeTurnAsync(acquisition).ConfigureAwait(false);
            result = Settle(acquisition, first.Retry.Again ? await RepeatAsync(acquisition, first).ConfigureAwait(false) : first);
        }
        catch (Exception e)
        {
            result = Explain(e);
        }

        grants.Turn.Part();
        scope.Leave();
        complete(acquisition, result);
    }

    // The pipeline begins with the result of the turn that was taken: nearly all acquisitions take one turn, and need no pipeline.
    private AcquisitionResult Repeat(TokenAcquisition acquisition, AcquisitionResult first)
    {
        acquisition.FirstResult = first;
        return grants.Factory.Pipeline.Execute(
            static (state, _) => state.Acquisition.TakeFirstResult() ?? state.Grants.TakeTurn(state.Acquisition), (Grants: grants, Acquisition: acquisition), grants.Turn.Lifetime);
    }

    private ValueTask<AcquisitionResult> RepeatAsync(TokenAcquisition acquisition, AcquisitionResult first)
    {
        acquisition.FirstResult = first;
        return grants.Factory.Pipeline.ExecuteAsync(
            static (state, _) => state.Acquisition.TakeFirstResult() is { } taken
                ? ValueTask.FromResult(taken)
                : state.Grants.TakeTurnAsync(state.Acquisition),
            (Grants: grants, Acquisition: acquisition),
            grants.Turn.Lifetime);
    }

    /// <summary>The end of an acquisition; a failed renewal is no failure while the token that it was to replace still works.</summary>
    private AcquisitionResult Settle(TokenAcquisition acquisition, AcquisitionResult last)
    {
        if (last.IsSuccess)
        {
            return last;
        }

        DateTimeOffset now = grants.Factory.Time.GetUtcNow();
        if (grants.Cache.Find(acquisition.Request.Key, now) is not { } valid)
        {
            return last;
        }

        RefreshSchedule.Pause(valid, now);
        Log.EarlyRefreshFailed(grants.Factory.Logger, acquisition.Request.Key.Tenant.Value, valid.DueOn);
        return AcquisitionResult.Success(valid);
    }

    private AcquisitionResult Explain(Exception exception)
    {
        if (grants.Turn.IsDisposed)
        {
            return AcquisitionResult.Disposed;
        }

        Log.Unexpected(grants.Factory.Logger, exception.GetType().Name);
        return AcquisitionResult.Fail(Failures.Unexpected(exception));
    }
}
