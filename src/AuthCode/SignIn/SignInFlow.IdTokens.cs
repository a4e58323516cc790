using System.Security.Claims;
using Azure.Core;

namespace AuthCode;

/// <content>What is validated by the keys of the server: ID tokens, logout tokens, and responses of the userinfo endpoint.</content>
internal sealed partial class SignInFlow
{
    private IdTokenValidator? _idTokens;

    /// <summary>The userinfo endpoint.</summary>
    /// <exception cref="AuthenticationFailedException">There is none.</exception>
    internal async Task<Uri> UserInfoEndpointAsync(CancellationToken cancellationToken)
    {
        ServerMetadata metadata = (await client.Metadata.FindAsync(static found => found.Endpoints.UserInfo is not null, cancellationToken).ConfigureAwait(false)).OrThrow();
        return metadata.Endpoints.UserInfo ?? throw Failures.NotOffered(client.Server.Host, "userinfo", "userinfo_endpoint").ToException();
    }

    /// <summary>The claims of a user at the userinfo endpoint.</summary>
    internal Task<ClaimsIdentity> GetUserInfoAsync(Uri endpoint, AccessToken token, string? subject, CancellationToken cancellationToken) =>
        UserInfoRequest.SendAsync(client, endpoint, token, subject, IdTokens, cancellationToken);

    /// <summary>What a logout token says.</summary>
    /// <exception cref="AuthenticationFailedException">The token is not good, the server issues none, or its keys could not be read.</exception>
    internal async Task<ServerSignOut> ReadLogoutTokenAsync(string logoutToken, CancellationToken cancellationToken)
    {
        await RequireOpenIdProviderAsync(cancellationToken).ConfigureAwait(false);
        return await IdTokens.ValidateLogoutAsync(logoutToken, cancellationToken).ConfigureAwait(false);
    }

    // Made for the first sign-in: a client that redeems codes alone loads nothing of it.
    private IdTokenValidator IdTokens => LazyInitializer.EnsureInitialized(ref _idTokens, NewValidator);

    private IdTokenValidator NewValidator()
    {
        var keys = new SigningKeys(documents, client.Metadata, client.Time);
        ApplicationKeys? own = client.Server.MetadataAddressOf(client.Tenant, client.ClientId.Value) is { } address
            ? new ApplicationKeys(new SigningKeys(documents, client.Metadata.At(address, client.Time), client.Time), client.Time)
            : null;
        return new IdTokenValidator(new SignatureVerifier(keys, own, client.Server.Settings, client.Time), client.Server, client.ClientId, client.Time);
    }

    private async Task RequireOpenIdProviderAsync(CancellationToken cancellationToken)
    {
        ServerEndpoints endpoints = (await client.EndpointsAsync(static found => found.IsOpenIdProvider, cancellationToken).ConfigureAwait(false)).OrThrow();
        if (!endpoints.IsOpenIdProvider)
        {
            throw (client.Server.IsDiscovered ? Failures.NoIdTokens(client.Server.Host) : Failures.NoMetadata(client.Server.Host)).ToException();
        }
    }
}
