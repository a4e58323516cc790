namespace AuthCode;

/// <summary>Runs code without a synchronization context: what it awaits must not resume on the context of a thread that may be waiting for it.</summary>
internal static class NoContext
{
    internal static void Run<TState>(Action<TState> action, TState state)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
