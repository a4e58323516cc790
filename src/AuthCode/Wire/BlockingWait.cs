namespace AuthCode;

/// <summary>Waits on the calling thread, which is an acquisition's own.</summary>
internal static class BlockingWait
{
    /// <summary>The result of work that blocks, on a thread of its own so that work that does not heed the deadline is left alone at it.</summary>
    internal static T On<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource<T>();
        WorkScope? scope = WorkScope.Current;
        new Thread(() =>
        {
            // Of what the caller's flow has, this alone: the work is a part of the caller's.
            WorkScope.GoOn(scope);
            try
            {
                end.SetResult(work());
            }
            catch (Exception e)
            {
                end.SetException(e);
            }
        })
        { IsBackground = true, Name = "AuthCode request" }.UnsafeStart();
        return Deadline.EnforceOwned(end.Task, cancellationToken).GetAwaiter().GetResult();
    }

    /// <summary>The result of a caller's callback, which has no synchronous form.</summary>
    internal static T For<T>(Task<T> work, CancellationToken cancellationToken) => Deadline.Enforce(work, cancellationToken).GetAwaiter().GetResult();
}
