namespace AuthCode;

/// <summary>Keeps user sessions for all instances of a service, for example in Redis or in a database. A store sees opaque keys and encrypted bytes only.</summary>
/// <remarks>
/// Implementations are called from any thread, also for one key at the same time. An exception means that the store is not available:
/// valid tokens are served meanwhile, and what could not be written is written later. An operation is left alone after
/// <see cref="UserSessionOptions.StoreTimeout"/>, whether or not it heeds its cancellation token; but one that blocks its thread before
/// it returns its task holds up the caller for as long as it blocks, so an implementation waits asynchronously.
/// </remarks>
public interface ISessionStore
{
    /// <summary>Reads a session.</summary>
    /// <param name="key">The key: letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The session, also one that has ended; <see langword="null"/> if there is none, or it has expired.</returns>
    ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Writes a session if the stored version is the expected one. A session that has ended is never overwritten.</summary>
    /// <param name="key">The key.</param>
    /// <param name="session">The session with its new version. It can be removed after <see cref="StoredSession.ExpiresOn"/>.</param>
    /// <param name="expectedVersion">The version that must be stored; 0 if there must be none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether it was written.</returns>
    ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default);

    /// <summary>Marks a session as ended, whatever is stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="until">How long the mark is kept, so that no instance that still has the session writes it back.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the mark is stored.</returns>
    ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default);
}
