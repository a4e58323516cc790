namespace AuthCode;

/// <summary>A look into the store for what the application keeps with a session, for all who come for it together.</summary>
/// <param name="version">The version that is looked for.</param>
/// <param name="look">The look.</param>
/// <param name="time">The clock.</param>
internal sealed class DataSeek(long version, Func<Task<(KnownSession? Known, SessionData? Data)>> look, TimeProvider time)
{
    // Whoever names a version that no instance has stored causes one look in this time.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    internal readonly long Version = version;

    private readonly object _gate = new();
    private Task<(KnownSession? Known, SessionData? Data)>? _found;
    private long _endedTimestamp;

    /// <summary>What the look finds; it begins with the first call.</summary>
    internal Task<(KnownSession? Known, SessionData? Data)> FoundAsync()
    {
        lock (_gate)
        {
            // On no caller's scheduler.
            return _found ??= Task.Run(LookAsync);
        }
    }

    /// <summary>Whether the look serves whoever comes now for data of a version: it is under way, or ended a moment ago.</summary>
    internal bool Serves(long sought)
    {
        lock (_gate)
        {
            return Version >= sought && (_found?.IsCompleted != true || time.GetElapsedTime(_endedTimestamp) < Pause);
        }
    }

    private async Task<(KnownSession? Known, SessionData? Data)> LookAsync()
    {
        try
        {
            return await look().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _endedTimestamp, time.GetTimestamp());
        }
    }
}
