namespace AuthCode;

/// <summary>Runs work that callers share outside their contexts: without a caller's async locals, activity, log scope, synchronization context and task scheduler.</summary>
/// <remarks>
/// Implementation note: on the calling thread where nothing but the execution context is the caller's. A caller's synchronization
/// context or task scheduler cannot be left on its own thread for code that captures it, so there the work goes elsewhere.
/// </remarks>
internal static class NeutralContext
{
    // What a thread begins with that inherits nothing. Captured on the thread of a caller it could hold the caller's values.
    // An exception is not kept: the next acquisition tries again.
    private static readonly Lazy<ExecutionContext> Empty = new(Capture, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Whether work can run on this thread without being bound to it.</summary>
    internal static bool IsPossibleHere => SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default;

    /// <summary>Runs work on this thread; if that is impossible, begins it on the thread pool, so the caller waits for its result in any case.</summary>
    internal static void Run(ContextCallback work, object state)
    {
        ExecutionContext empty;
        try
        {
            empty = Empty.Value;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // No thread could be started to capture it: a thread of the pool has it, once one is free.
            ThreadPool.UnsafeQueueUserWorkItem(work.Invoke, state, preferLocal: false);
            return;
        }

        ExecutionContext.Run(empty, work, state);
    }

    /// <summary>Starts work that waits asynchronously: on this thread if possible, else on the thread pool.</summary>
    internal static void Start(ContextCallback work, object state)
    {
        if (IsPossibleHere)
        {
            Run(work, state);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(work.Invoke, state, preferLocal: false);
        }
    }

    private static ExecutionContext Capture()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return captured!;
    }
}
