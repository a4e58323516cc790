namespace AuthCode;

/// <content>The revocation of what a session has.</content>
internal sealed partial class SessionGrants
{
    /// <summary>Takes over what another instance has stored, so that the token that is revoked is the newest. Not while a request is under way, which does so itself.</summary>
    internal async ValueTask TakeNewestAsync()
    {
        if (_shared is not { } shared || WorkScope.IsWithin(this) || !Turn.TryEnter())
        {
            return;
        }

        WorkScope scope = EnterWork();
        try
        {
            if (!Turn.IsDisposed)
            {
                Take(shared, await shared.ReadAsync().ConfigureAwait(false));
            }
        }
        finally
        {
            scope.Leave();
            Turn.Leave();
        }
    }

    /// <summary>Revokes the refresh token at the server, or the access tokens if there is none, and ends the session: what waits for the turn finds it at its end.</summary>
    /// <returns>Whether the server was told: it may offer no revocation, or there may be nothing to revoke.</returns>
    /// <exception cref="AuthenticationFailedException">The server could not be told; the session goes on.</exception>
    internal async Task<bool> RevokeAsync(CancellationToken cancellationToken)
    {
        if (!await TryEnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        WorkScope scope = EnterWork();
        try
        {
            bool isRevoked = await TryRevokeAsync(cancellationToken).ConfigureAwait(false);
            if (_shared is not null && !Turn.IsDisposed)
            {
                await _shared.EndAsync().ConfigureAwait(false);
            }

            Turn.Dispose();
            return isRevoked;
        }
        finally
        {
            scope.Leave();
            Turn.Leave();
        }
    }

    private async Task<bool> TryRevokeAsync(CancellationToken cancellationToken)
    {
        if (_state is SessionState.Refreshable refreshable)
        {
            return await new TokenRevocation(refreshable.RefreshToken, Parameters.RefreshToken).TrySendAsync(Factory.Client, cancellationToken).ConfigureAwait(false);
        }

        bool isRevoked = false;
        foreach (string token in Cache.ValidAt(Factory.Time.GetUtcNow()).Select(static entry => entry.Token.ToAccessToken().Token).Distinct(StringComparer.Ordinal))
        {
            using var secret = new SecretText(token);
            isRevoked |= await new TokenRevocation(secret, Parameters.AccessToken).TrySendAsync(Factory.Client, cancellationToken).ConfigureAwait(false);
        }

        return isRevoked;
    }
}
