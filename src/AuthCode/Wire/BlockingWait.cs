namespace AuthCode;

/// <summary>Waits on the calling thread, which is an acquisition's own, for a caller's callback that has no synchronous form.</summary>
internal static class BlockingWait
{
    internal static T For<T>(Task<T> work, CancellationToken cancellationToken) => Deadline.Enforce(work, cancellationToken).GetAwaiter().GetResult();
}
