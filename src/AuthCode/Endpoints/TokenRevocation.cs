using System.Net;

namespace AuthCode;

/// <summary>Tells the server that a refresh token is no longer wanted (RFC 7009 section 2.1).</summary>
internal sealed class TokenRevocation(SecretText refreshToken) : EndpointForm(RequestHeaders.NewRequestId())
{
    /// <summary>Why it could not be revoked; <see langword="null"/> if it was, or was not valid any more.</summary>
    internal async ValueTask<Failure?> SendAsync(ClientRegistration client, Uri endpoint, CancellationToken cancellationToken)
    {
        var endpoints = new EndpointClient(client);
        using HttpExchange exchange = await endpoints.PostAsync(endpoint, this, cancellationToken).ConfigureAwait(false);
        return endpoints.BodyOf(exchange, "revocation of the refresh token", HttpStatusCode.OK).Failure;
    }

    internal override void Write(FormBody form, ServerProfile profile)
    {
        form.AddSecret(Parameters.Token, refreshToken);
        form.Add(Parameters.TokenTypeHint, Parameters.RefreshToken);
    }
}
