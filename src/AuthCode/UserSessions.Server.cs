namespace AuthCode;

/// <content>Sign-outs that the authorization server tells of.</content>
public partial class UserSessions
{
    /// <summary>Ends the sessions that began in one session of the user at the authorization server, on all instances: what a front-channel logout request asks for.</summary>
    /// <param name="issuer">The issuer (<c>iss</c>), which must be that of the ID token; <see langword="null"/> if the request names none, as that of Entra ID does not.</param>
    /// <param name="serverSessionId">The session at the server (<c>sid</c>). One that no ID token named is ignored.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the sessions have ended here and the store has been told.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="serverSessionId"/> is <see langword="null"/>.</exception>
    /// <exception cref="AuthenticationFailedException">The store did not respond, or what it has cannot be decrypted. The sessions in the memory of this process have ended nevertheless, and the others end when the store responds again; of more than 1,000 such requests, the later ones are not repeated.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled. The sign-out took place nevertheless.</exception>
    /// <remarks>
    /// No token is revoked: the server has ended its session itself.
    /// The ID tokens of the client must have the claim <c>sid</c>: at Entra ID an optional claim of the app registration. It is random,
    /// so whoever knows it may end the session. See
    /// <see href="https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout">OpenID Connect Front-Channel Logout, section 2</see>.
    /// </remarks>
    public virtual ValueTask EndByServerSessionAsync(string? issuer, string serverSessionId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serverSessionId);
        return Directory.EndAtServerAsync(issuer, serverSessionId, cancellationToken);
    }

    /// <summary>Ends the sessions that a logout token of the authorization server is about, on all instances: what a back-channel logout request asks for.</summary>
    /// <param name="logoutToken">The logout token, as it was posted.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the sessions have ended here and the store has been told.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="logoutToken"/> is <see langword="null"/>.</exception>
    /// <exception cref="AuthenticationFailedException">The token is not valid or was taken before, so nothing has ended; or the keys of the server could not be read; or the store did not respond, or what it has cannot be decrypted (<see cref="AuthenticationFailedException.IsTransient"/>). Then the sessions in the memory of this process have ended nevertheless, the others end when the store responds again, and the token can be sent again.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled. If the token was valid, the sign-out took place nevertheless.</exception>
    /// <remarks>
    /// No token is revoked: the server waits for the response, and keeps refresh tokens for offline access
    /// (<see href="https://openid.net/specs/openid-connect-backchannel-1_0.html#BCActions">section 2.7</see>). A sign-in that is under way
    /// is refused: one that was started before the end of its session at the server, or whose code was redeemed before that of all sessions of the user.
    /// The token is validated as an ID token is: its signature by a key of the server, its issuer, audience and times; and its event, its
    /// <c>jti</c>, which is taken once by all instances that share a store, and that it has no nonce. One with a <c>sid</c> ends the
    /// sessions that began in that session, and one without ends all sessions of the user. See
    /// <see href="https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation">OpenID Connect Back-Channel Logout, section 2.6</see>.
    /// </remarks>
    public virtual async ValueTask EndByLogoutTokenAsync(string logoutToken, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(logoutToken);
        SessionDirectory directory = Directory;
        ServerSignOut signOut = await _signIn!.ReadLogoutTokenAsync(logoutToken, cancellationToken).ConfigureAwait(false);
        await directory.EndAtServerAsync(signOut, cancellationToken).ConfigureAwait(false);
    }
}
