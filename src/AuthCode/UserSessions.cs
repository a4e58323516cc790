namespace AuthCode;

/// <summary>Represents the sessions of a client's signed-in users: those of this process, or of all instances that share a store.</summary>
/// <remarks>
/// A session begins with <see cref="AuthorizationCodeClient.CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)"/>. Keep
/// <see cref="SignedInUser.SessionKey"/> in the cookie of the browser, and find the session by it in each request. All members are safe
/// for use by any number of threads. They are virtual and there is a protected constructor, for mocking.
/// </remarks>
public partial class UserSessions
{
    private readonly SessionDirectory? _directory;
    private readonly TenantPolicy? _tenants;
    private readonly SignInFlow? _signIn;

    /// <summary>Initializes a new instance of the <see cref="UserSessions"/> class for mocking.</summary>
    protected UserSessions()
    {
    }

    internal UserSessions(SessionDirectory directory, TenantPolicy tenants, SignInFlow signIn)
    {
        _directory = directory;
        _tenants = tenants;
        _signIn = signIn;
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

    /// <summary>Finds a session by its key, with data that are no older than those which the caller knows of.</summary>
    /// <param name="sessionKey">The key. One that is no key is that of no session.</param>
    /// <param name="dataVersion">The <see cref="UserSession.DataVersion"/> to find at least, kept where the session key is. If this instance has older data, the store is read at once and not only after <see cref="UserSessionOptions.RevalidateAfter"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The session, whose data are older only if the store does not have the newer ones yet; <see langword="null"/> if it has ended, or is not known.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dataVersion"/> is negative.</exception>
    /// <exception cref="AuthenticationFailedException">The store did not respond, and this process does not have the session (<see cref="AuthenticationFailedException.IsTransient"/>).</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public virtual async ValueTask<UserSession?> FindWithDataAsync(string sessionKey, long dataVersion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        ArgumentOutOfRangeException.ThrowIfNegative(dataVersion);
        (KnownSession? known, SessionData? data) = await Directory.FindWithDataAsync(sessionKey, dataVersion, cancellationToken).ConfigureAwait(false);
        return SessionOf(known, data);
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

    /// <summary>Creates the address to send a user's browser to, so that the user is signed out at the server too. Call this before the session ends.</summary>
    /// <param name="sessionKey">The key. By one of no session the server is not told who signs out, and can ask the user or refuse.</param>
    /// <param name="postLogoutRedirectUri">The address that the browser comes back to, exactly as it is registered; <see langword="null"/> to stay at the server.</param>
    /// <param name="state">A value that comes back with the browser; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The address. Its query has the ID token of the sign-in, or the <c>login_hint</c> of that where the server is Entra ID.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="postLogoutRedirectUri"/> is not usable.</exception>
    /// <exception cref="AuthenticationFailedException">The server has no such endpoint, or its metadata could not be read.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// Okta refuses a sign-out without an ID token, AD FS and Azure AD B2C can do so too, and other servers ask the user first. The session
    /// keeps it for this, unless it is longer than 4,096 characters. See
    /// <see href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout">OpenID Connect RP-Initiated Logout, section 2</see>.
    /// </remarks>
    public virtual async Task<Uri> CreateSignOutUriAsync(string sessionKey, Uri? postLogoutRedirectUri, string? state = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        RedirectUri? redirect = postLogoutRedirectUri is null ? null : RedirectUri.From(postLogoutRedirectUri, nameof(postLogoutRedirectUri));
        SessionUser? user = await Directory.FindUserAsync(sessionKey, cancellationToken).ConfigureAwait(false);
        return await _signIn!.SignOutUriAsync(user, redirect, state, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps data of the application with a session, encrypted in the same entry of the store, until the session ends: the claims of the user, for example.</summary>
    /// <param name="sessionKey">The key.</param>
    /// <param name="data">The data, which replaces what was kept before: 128 KiB at most, since it is stored with each refresh. Empty to keep nothing.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether the session goes on; <see langword="false"/> if it has ended, was refused by the authorization server, is not known, or a later version of this library has stored it in a format that this one cannot write. A store that does not respond gets the data when it does.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="data"/> is too long.</exception>
    /// <exception cref="AuthenticationFailedException">The store did not respond, and this process does not have the session, or a token request of the session is overdue (<see cref="AuthenticationFailedException.IsTransient"/>). A token request that is under way is waited for.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// Other instances see the data at their next look into the store (<see cref="UserSessionOptions.RevalidateAfter"/>), or as soon as the
    /// store tells them of the change. Find it in <see cref="UserSession.Data"/>, or by <see cref="FindWithDataAsync"/> where older data must not
    /// be used. Of two writes, the later one wins.
    /// </remarks>
    public virtual ValueTask<bool> SetDataAsync(string sessionKey, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        return data.Length <= SessionData.MostBytes
            ? Directory.SetDataAsync(sessionKey, data, cancellationToken)
            : throw new ArgumentException($"The data of a session must not be longer than {SessionData.MostBytes} bytes: store what is larger elsewhere, under a key that is kept here.", nameof(data));
    }

    /// <summary>Ends a session on all instances, and revokes its refresh token if the server offers that.</summary>
    /// <param name="sessionKey">The key. One of no session is ignored.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the session has ended here and the store has been told. A store that does not respond is told as soon as it does. Other instances notice at their next look (<see cref="UserSessionOptions.RevalidateAfter"/>).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled. The sign-out took place nevertheless, but tokens may not have been revoked at the server.</exception>
    public virtual ValueTask EndAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        return Directory.EndAsync(sessionKey, SessionEnd.SignedOut, cancellationToken);
    }

    /// <summary>Ends a session on all instances without revoking its refresh token: for one that a new sign-in of the same user replaces.</summary>
    /// <param name="sessionKey">The key. One of no session is ignored.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the session has ended here and the store has been told, as by <see cref="EndAsync"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sessionKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled. The session has ended nevertheless.</exception>
    /// <remarks>
    /// A server can revoke all tokens of the same grant together with the refresh token
    /// (<see href="https://www.rfc-editor.org/rfc/rfc7009#section-2.1">RFC 7009, section 2.1</see>), and some count all sign-ins of a user at a
    /// client as one grant. Revoking the token of the old session would then end the new one.
    /// </remarks>
    public virtual ValueTask EndWithoutRevocationAsync(string sessionKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionKey);
        return Directory.EndWithoutRevocationAsync(sessionKey, SessionEnd.SignedOut, cancellationToken);
    }

    /// <summary>Ends all sessions of an account on all instances.</summary>
    /// <param name="accountKey">The account: <see cref="SignedInUser.AccountKey"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the sessions of this process have ended and the store has been told.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="accountKey"/> is <see langword="null"/>.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled. The sign-out took place nevertheless, but tokens may not have been revoked at the server.</exception>
    public virtual async ValueTask EndAllAsync(string accountKey, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(accountKey);
        await Directory.EndAllAsync(accountKey, SessionEnd.SignedOutEverywhere, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the token requests that are under way, and stores what could not be stored while the store did not respond: for a process that stops.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many sessions and sign-outs could still not be stored; 0 without a store.</returns>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public virtual Task<int> FlushAsync(CancellationToken cancellationToken = default) => Directory.FlushAsync(cancellationToken);

    /// <summary>Stores what could not be stored while the store did not respond, without waiting for token requests: for a health check.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many sessions and sign-outs could still not be stored; 0 without a store. A token request that is under way stores its own result, which does not count.</returns>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>The store is told by itself as soon as it responds again. A process that stops calls <see cref="FlushAsync"/> instead.</remarks>
    public virtual Task<int> StorePendingAsync(CancellationToken cancellationToken = default) => Directory.StorePendingAsync(cancellationToken);

    /// <summary>Gets how many sessions and sign-outs the store does not have: those that could not be stored, and the sessions whose token request is under way, since its result is not stored yet.</summary>
    /// <value>0 without a store. Nothing is stored or awaited for it: for a process whose time to stop is over.</value>
    public virtual int PendingCount => Directory.PendingCount;

    /// <summary>Renews the access tokens of sessions in the memory of this process that end soon, so that no caller has to wait for that.</summary>
    /// <param name="within">How soon a token ends that is renewed; never in the first half of its life. A token that is due is renewed as well.</param>
    /// <param name="maxConcurrency">How many sessions are renewed at once.</param>
    /// <param name="keepAliveBefore">After how long the server ends a refresh token that is not used; <see langword="null"/> if it does not. The refresh token of a session is used before that, although no token ends.</param>
    /// <param name="cancellationToken">Cancels the operation; renewals that are under way go on, and their results are kept.</param>
    /// <returns>How many sessions were renewed. A failure is logged, and leaves the session as it was.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A period or number is not more than zero.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// Only sessions that a caller has looked up since their tokens were acquired are renewed, each once until it is looked up again;
    /// a renewal is no use of the session, and lengthens neither its time in memory nor <see cref="UserSessionOptions.IdleTimeout"/>.
    /// Where sessions are shared, a renewal takes place under the lease, and another instance's result is taken over. Nothing is
    /// requested while the server throttles, and the rest is left when three renewals in a row have failed.
    /// </remarks>
    public virtual Task<int> RenewAsync(TimeSpan within, int maxConcurrency, TimeSpan? keepAliveBefore = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(within, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxConcurrency);
        if (keepAliveBefore is { } period)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero, nameof(keepAliveBefore));
        }

        return Directory.RenewAsync(new RenewalPlan(within, keepAliveBefore, maxConcurrency), cancellationToken);
    }

    private UserSession? SessionOf(KnownSession? known, SessionData? data = null)
    {
        if (known?.Session is not { } session)
        {
            return null;
        }

        // Bytes and version of one moment.
        data ??= session.Data;
        return new UserSession(known.Key, known.User.AccountKey, new AuthorizationCodeCredential(session, _tenants!), known.SignedInOn, data.Bytes, data.Version);
    }
}
