namespace AuthCode;

/// <summary>Waits on the calling thread for code that has no synchronous form: a caller's assertion callback, or a caller's handler.</summary>
/// <remarks>
/// The callback starts without a synchronization context: one that resumes on the context of the thread that waits here would
/// never resume.
/// </remarks>
internal static class BlockingWait
{
    internal static T For<T>(Func<CancellationToken, Task<T>> start, CancellationToken cancellationToken)
    {
        Task<T>? task = null;
        NoContext.Run(run => task = run(cancellationToken), start);
        return Deadline.Enforce(task!, cancellationToken).GetAwaiter().GetResult();
    }
}
