namespace AuthCode;

/// <summary>Represents the sessions of a client's signed-in users: those of this process, or of all instances that share a store.</summary>
/// <remarks>
/// A session begins with <see cref="AuthorizationCodeClient.CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)"/>. Keep
/// <see cref="SignedInUser.SessionKey"/> in the cookie of the browser, and find the session by it in each request. All members are safe
/// for use by any number of threads. They are virtual and there is a protected constructor, for mocking.
/// </remarks>
public class UserSessions
{
    private readonly SessionDirectory? _directory;
    private readonly TenantPolicy? _tenants;

    /// <summary>Initializes a new instance of the <see cref="UserSessions"/> class for mocking.</summary>
    protected UserSessions()
    {
    }

    internal UserSessions(SessionDirectory directory, TenantPolicy tenants)
    {
        _directory = directory;
        _tenants = tenants;
    }

    private SessionDirectory Directory => _directory ?? throw new InvalidOperationException(
        "These sessions were made by the constructor for mocking: override the members that the test calls.");

    /// <summary>Finds a session by its key.</summary>
    /// <param name="sessionKey">The key. One that is no key is that of no session.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The session; <see langword="null"/> if it has ended, or is not known.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="AuthenticationFailedException">The store did not respond, and this process does not have the session (<see cref="AuthenticationFailedException.IsTransient"/>).</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public virtual async ValueTask<UserSession?> FindAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        return SessionOf(await Directory.FindAsync(sessionKey, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Says what is known of a session, for a service that must tell a session that has ended from one that is lost, and from a store that does not respond.</summary>
    /// <param name="sessionKey">The key. One that is no key is that of a lost session.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The status. The store is read at most once in <see cref="UserSessionOptions.RevalidateAfter"/>, also for a session that is not there.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public virtual ValueTask<UserSessionStatus> GetStatusAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        return Directory.StatusOfAsync(sessionKey, cancellationToken);
    }

    /// <summary>Finds the session of an account that began last, for example for a background job.</summary>
    /// <param name="accountKey">The account: <see cref="SignedInUser.AccountKey"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The session; <see langword="null"/> if the account has none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="accountKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="AuthenticationFailedException">The store did not respond, and this process does not have the session.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public virtual async ValueTask<UserSession?> FindNewestAsync(string accountKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(accountKey);
        return SessionOf(await Directory.FindNewestAsync(accountKey, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ends a session on all instances, and revokes its refresh token if the server offers that.</summary>
    /// <param name="sessionKey">The key. One of no session is ignored.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the session has ended here and the store has been told. Other instances notice at their next look (<see cref="UserSessionOptions.RevalidateAfter"/>).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="AuthenticationFailedException">The store did not respond, and this process does not have the session.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled. The sign-out took place nevertheless, but tokens may not have been revoked at the server.</exception>
    public virtual ValueTask EndAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        return Directory.EndAsync(sessionKey, SessionEnd.SignedOut, cancellationToken);
    }

    /// <summary>Ends all sessions of an account on all instances.</summary>
    /// <param name="accountKey">The account: <see cref="SignedInUser.AccountKey"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the sessions of this process have ended and the store has been told.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="accountKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled. The sign-out took place nevertheless, but tokens may not have been revoked at the server.</exception>
    public virtual ValueTask EndAllAsync(string accountKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(accountKey);
        return Directory.EndAllAsync(accountKey, cancellationToken);
    }

    /// <summary>Stores what could not be stored while the store did not respond: for a process that stops.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many sessions could still not be stored; 0 without a store.</returns>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public virtual Task<int> FlushAsync(CancellationToken cancellationToken = default) => Directory.FlushAsync(cancellationToken);

    private UserSession? SessionOf(KnownSession? known) => known?.Session is { } session
        ? new UserSession(known.Key, known.AccountKey, new AuthorizationCodeCredential(session, _tenants!), known.SignedInOn)
        : null;
}
