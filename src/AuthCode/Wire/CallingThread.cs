namespace AuthCode;

/// <summary>The calling thread while it waits for asynchronous work, parts of which it does itself: those that would block a thread of the pool.</summary>
/// <remarks>
/// Implementation note: synchronous callers can block all threads of the pool but a few, and asynchronous work goes on by those alone. If
/// its parts blocked them as well, everybody would wait for the pool to grow, which it does by about a thread a second.
/// </remarks>
internal sealed class CallingThread
{
    private readonly object _gate = new();

    // Guarded by the gate.
    private Action? _part;

    private CallingThread()
    {
    }

    /// <summary>The result of work, which can ask the calling thread to do parts of it, one at a time.</summary>
    internal static T Await<T>(Func<CallingThread, Task<T>> begin)
    {
        var thread = new CallingThread();
        Task<T> work = begin(thread);
        _ = work.ContinueWith(static (_, waiting) => ((CallingThread)waiting!).Wake(), thread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (thread.NextPart(work) is { } part)
        {
            part();
        }

        return work.GetAwaiter().GetResult();
    }

    /// <summary>The result of a part that blocks. What awaits it goes on on the same thread, up to its next wait.</summary>
    internal Task<T> Do<T>(Func<T> part)
    {
        var end = new TaskCompletionSource<T>();
        lock (_gate)
        {
            _part = () =>
            {
                T result;
                try
                {
                    result = part();
                }
                catch (Exception e)
                {
                    end.SetException(e);
                    return;
                }

                end.SetResult(result);
            };
            Monitor.Pulse(_gate);
        }

        return end.Task;
    }

    private Action? NextPart(Task work)
    {
        lock (_gate)
        {
            while (_part is null && !work.IsCompleted)
            {
                Monitor.Wait(_gate);
            }

            Action? next = _part;
            _part = null;
            return next;
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
        }
    }
}
