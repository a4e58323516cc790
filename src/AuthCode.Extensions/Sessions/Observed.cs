namespace AuthCode;

/// <summary>Tasks that may be left before their end: their exceptions count as observed.</summary>
internal static class Observed
{
    internal static T Of<T>(T task)
        where T : Task
    {
        _ = task.ContinueWith(
            static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
