namespace AuthCode;

/// <summary>Whether a store does not respond to one kind of operation. After a failure it is left alone for a moment, so that a store that hangs holds up one caller and not each.</summary>
/// <param name="time">The clock.</param>
internal sealed class StoreOutage(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _failedTimestamp;
    private int _isProbing;
    private volatile bool _isUnderWay;

    internal bool IsUnderWay => _isUnderWay;

    internal bool IsLeftAlone => _isUnderWay && time.GetElapsedTime(Volatile.Read(ref _failedTimestamp)) < Pause;

    /// <summary>Becomes the one caller who finds out whether the store responds again; the others do not wait for that.</summary>
    internal bool TryBeginProbe() => Interlocked.Exchange(ref _isProbing, 1) == 0;

    internal void EndProbe() => Volatile.Write(ref _isProbing, 0);

    internal void NoteFailure()
    {
        Volatile.Write(ref _failedTimestamp, time.GetTimestamp());
        _isUnderWay = true;
    }

    /// <summary>Notes that the store has responded.</summary>
    /// <returns>Whether it did not before.</returns>
    internal bool NoteSuccess()
    {
        bool wasUnderWay = _isUnderWay;
        _isUnderWay = false;
        return wasUnderWay;
    }
}
