namespace AuthCode;

/// <content>What the application keeps with a session.</content>
internal sealed partial class SessionDirectory
{
    /// <summary>A session, with data of a version at least if any instance has stored them.</summary>
    /// <exception cref="AuthenticationFailedException">The store does not respond, and the session is not in memory.</exception>
    internal async ValueTask<(KnownSession? Known, SessionData? Data)> FindWithDataAsync(string key, long version, CancellationToken cancellationToken)
    {
        KnownSession? known = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        if (known?.Session is not { } session || session.DataVersion >= version || !session.TrySeekData(version))
        {
            return (known, null);
        }

        session.NoteChange();
        known = await FindAsync(key, cancellationToken).ConfigureAwait(false);

        // While a request has the turn, nothing is taken over.
        return (known, known?.Session is { } again && again.DataVersion < version ? await again.FindDataAsync().ConfigureAwait(false) : null);
    }

    /// <summary>Replaces what the application keeps with a session.</summary>
    /// <returns>Whether there is such a session, and it goes on.</returns>
    /// <exception cref="AuthenticationFailedException">The store does not respond, and the session is not in memory.</exception>
    internal async ValueTask<bool> SetDataAsync(string key, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken).ConfigureAwait(false) is { Session: { } session } && await session.SetDataAsync(data, cancellationToken).ConfigureAwait(false);
}
