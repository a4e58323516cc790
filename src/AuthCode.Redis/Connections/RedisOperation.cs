namespace AuthCode;

/// <summary>Waits for operations of the Redis client, which take no cancellation token.</summary>
internal static class RedisOperation
{
    /// <summary>Waits until the operation is complete or the caller cancels. A canceled operation may still take place.</summary>
    internal static async Task<T> OrCanceledAsync<T>(this Task<T> operation, CancellationToken cancellationToken)
    {
        try
        {
            return await operation.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!operation.IsCompleted)
        {
            // Its exception is not to be reported as unobserved.
            _ = operation.ContinueWith(static abandoned => _ = abandoned.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }
}
