namespace AuthCode;

/// <content>What a health check can ask.</content>
public partial class AuthorizationCodeClient
{
    /// <summary>Reads the metadata of the authorization server, whatever is kept of it, and checks that it is usable; for a health check.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that is complete when the metadata has been read. A server without metadata (<see cref="AuthorizationServer.OAuthServer"/>) is asked nothing.</returns>
    /// <exception cref="AuthenticationFailedException">The metadata could not be read, or names another issuer.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <remarks>
    /// One request, and none for a token. What sign-ins use is kept for a day and does not change by it, so a failure here does not
    /// stop them. See <see href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID Connect Discovery, section 4</see>.
    /// </remarks>
    public virtual async Task CheckMetadataAsync(CancellationToken cancellationToken = default)
    {
        if (await Client.Registration.Metadata.ReadAgainAsync(cancellationToken).ConfigureAwait(false) is { } failure)
        {
            throw failure.ToException();
        }
    }
}
