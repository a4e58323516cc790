namespace AuthCode;

/// <summary>Whether what works once may be sent: until it is withdrawn, which nobody can do while it may be on its way.</summary>
/// <remarks>All members are safe for use by any number of threads, and each decides at once.</remarks>
internal sealed class SingleUse
{
    private const int Kept = 0;
    private const int Sent = 1;
    private const int Withdrawn = 2;

    private int _state = Kept;

    /// <summary>Begins to send it; <see langword="false"/> if it has been withdrawn.</summary>
    internal bool TrySend() => Interlocked.CompareExchange(ref _state, Sent, Kept) != Withdrawn;

    /// <summary>Keeps it from being sent; <see langword="false"/> if somebody has begun to send it.</summary>
    internal bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Kept) != Sent;

    /// <summary>Notes that it is as good as before: whoever got it has not used it.</summary>
    internal void NoteUnused() => Interlocked.CompareExchange(ref _state, Kept, Sent);
}
