namespace AuthCode;

/// <summary>Waits for work of others (a handler, a callback) no longer than a token allows, even when they do not heed it.</summary>
internal static class Deadline
{
    /// <summary>The work's own outcome, or a cancellation. What comes of abandoned work is left to whoever made it: a callback may return what the caller keeps.</summary>
    internal static Task<T> Enforce<T>(Task<T> work, CancellationToken cancellationToken) =>
        work.IsCompleted ? work : EnforceAsync(work, isOwned: false, cancellationToken);

    /// <summary>The work's own outcome, or a cancellation. What comes of abandoned work is disposed of, since nobody else has it.</summary>
    internal static Task<T> EnforceOwned<T>(Task<T> work, CancellationToken cancellationToken) =>
        work.IsCompleted ? work : EnforceAsync(work, isOwned: true, cancellationToken);

    /// <summary>Disposes of what work brings that nobody waits for any more, and keeps its exception from being reported as unobserved.</summary>
    internal static void Abandon<T>(Task<T> work) => _ = DisposeOfAsync(work);

    private static async Task<T> EnforceAsync<T>(Task<T> work, bool isOwned, CancellationToken cancellationToken)
    {
        try
        {
            return await work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // What is complete by now is as good as what was complete a moment ago.
            if (!work.IsCompleted)
            {
                Leave(work, isOwned);
                throw;
            }
        }

        return await work.ConfigureAwait(false);
    }

    private static void Leave<T>(Task<T> work, bool isOwned)
    {
        if (isOwned)
        {
            Abandon(work);
        }
        else
        {
            _ = work.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task DisposeOfAsync<T>(Task<T> work)
    {
        try
        {
            T result = await work.ConfigureAwait(false);
            if (result is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (result as IDisposable)?.Dispose();
            }
        }
        catch (Exception)
        {
            // Nobody waits for it any more.
        }
    }
}
