namespace AuthCode;

/// <content>What the application keeps with a session.</content>
internal sealed partial class SessionDirectory
{
    /// <summary>A session, with data of a version at least if any instance has stored them.</summary>
    /// <exception cref="AuthenticationFailedException">The store does not respond, and the session is not in memory.</exception>
    internal async ValueTask<(KnownSession? Known, SessionData? Data)> FindWithDataAsync(string key, long version, CancellationToken cancellationToken)
    {
        KnownSession? known = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        return known?.Session is { IsShared: true } session && session.DataVersion < version
            ? await Deadline.Enforce(session.SeekDataAsync(version, () => LookForDataAsync(key, session, version)), cancellationToken).ConfigureAwait(false)
            : (known, null);
    }

    private async Task<(KnownSession? Known, SessionData? Data)> LookForDataAsync(string key, TokenSession session, long version)
    {
        session.NoteChange();
        KnownSession? known = await FindAsync(key, CancellationToken.None).ConfigureAwait(false);
        if (known?.Session is not { } found || found.DataVersion >= version)
        {
            return (known, null);
        }

        // While a request has the turn, nothing is taken over.
        SessionData? data = await found.FindStoredDataAsync().ConfigureAwait(false);
        return data is null ? (null, null) : (known, data);
    }

    /// <summary>Replaces what the application keeps with a session.</summary>
    /// <returns>Whether there is such a session, and it goes on.</returns>
    /// <exception cref="AuthenticationFailedException">The store does not respond, and the session is not in memory.</exception>
    internal async ValueTask<bool> SetDataAsync(string key, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken).ConfigureAwait(false) is { Session: { } session } && await session.SetDataAsync(data, cancellationToken).ConfigureAwait(false);
}
