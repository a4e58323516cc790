using System.Net;

namespace AuthCode;

/// <summary>Tells the server that a token is no longer wanted (RFC 7009 section 2.1).</summary>
/// <param name="token">The token.</param>
/// <param name="type">Its type: <c>refresh_token</c> or <c>access_token</c>.</param>
internal sealed class TokenRevocation(SecretText token, string type) : EndpointForm(RequestHeaders.NewRequestId())
{
    /// <summary>Sends it.</summary>
    /// <returns>Whether the server was told: it may offer no revocation.</returns>
    /// <exception cref="AuthenticationFailedException">The server could not be told.</exception>
    internal async Task<bool> TrySendAsync(ClientRegistration client, CancellationToken cancellationToken)
    {
        ServerEndpoints found = (await client.EndpointsAsync(static endpoints => endpoints.Revocation is not null, cancellationToken).ConfigureAwait(false)).OrThrow();
        if (found.Revocation is null)
        {
            return false;
        }

        var endpoints = new EndpointClient(client);
        using HttpExchange exchange = await endpoints.PostAsync(found.Revocation, this, cancellationToken).ConfigureAwait(false);
        Result<byte[]> response = endpoints.BodyOf(exchange, $"revocation of the {(type == Parameters.RefreshToken ? "refresh" : "access")} token", HttpStatusCode.OK);
        if (!response.IsSuccess)
        {
            Log.RevocationFailed(client.Logger, type, found.Revocation.IdnHost, response.Failure.Kind);
            throw response.Failure.ToException();
        }

        Log.TokenRevoked(client.Logger, type, found.Revocation.IdnHost);
        return true;
    }

    internal override void Write(FormBody form, ServerProfile profile)
    {
        form.AddSecret(Parameters.Token, token);
        form.Add(Parameters.TokenTypeHint, type);
    }
}
