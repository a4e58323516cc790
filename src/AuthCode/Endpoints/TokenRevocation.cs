using System.Net;

namespace AuthCode;

/// <summary>Tells the server that a refresh token is no longer wanted (RFC 7009 section 2.1).</summary>
internal static class TokenRevocation
{
    /// <summary>Why it could not be revoked; <see langword="null"/> when it was, or was none any more.</summary>
    internal static async ValueTask<Failure?> RevokeAsync(ClientRegistration server, Uri endpoint, SecretText refreshToken, CancellationToken cancellationToken)
    {
        Result<byte[]> answer = await EndpointClient.SendAsync(
            server,
            endpoint,
            "revocation of the refresh token",
            form =>
            {
                form.AddSecret(Parameters.Token, refreshToken);
                form.Add(Parameters.TokenTypeHint, Parameters.RefreshToken);
            },
            HttpStatusCode.OK,
            cancellationToken).ConfigureAwait(false);
        return answer.Failure;
    }
}
