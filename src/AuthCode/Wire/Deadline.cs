namespace AuthCode;

/// <summary>Waits for work of others (a handler, a callback) no longer than a token allows, even when they do not heed it.</summary>
internal static class Deadline
{
    /// <summary>The work's own outcome, or a cancellation; what comes of abandoned work is disposed of and not reported as unobserved.</summary>
    internal static Task<T> Enforce<T>(Task<T> work, CancellationToken cancellationToken) =>
        work.IsCompleted ? work : EnforceAsync(work, cancellationToken);

    private static async Task<T> EnforceAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!work.IsCompleted)
        {
            Abandon(work);
            throw;
        }
    }

    /// <summary>Disposes of what work brings that nobody waits for any more, and keeps its exception from being reported as unobserved.</summary>
    internal static void Abandon<T>(Task<T> work) =>
        work.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static void Forget<T>(Task<T> work)
    {
        if (work.IsCompletedSuccessfully)
        {
            (work.Result as IDisposable)?.Dispose();
        }
        else
        {
            _ = work.Exception;
        }
    }
}
