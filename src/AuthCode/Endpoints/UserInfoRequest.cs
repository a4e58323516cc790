using System.Net;
using System.Security.Claims;
using System.Text;
using Azure.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthCode;

/// <summary>A request to the userinfo endpoint (OpenID Connect Core section 5.3), with a bearer token or one that is bound to a key.</summary>
internal static class UserInfoRequest
{
    private const string What = "userinfo request";
    private const string SignedType = "application/jwt";

    /// <summary>The claims, from JSON or from a signed JWT; whose they are is for the caller to check.</summary>
    /// <exception cref="AuthenticationFailedException">There is no usable response.</exception>
    internal static async Task<ClaimsIdentity> SendAsync(
        ClientRegistration client, Uri endpoint, AccessToken token, IdTokenValidator validator, CancellationToken cancellationToken)
    {
        var endpoints = new EndpointClient(client);
        using HttpExchange exchange = await endpoints.GetAsync(endpoint, token, cancellationToken).ConfigureAwait(false);
        string text = Encoding.UTF8.GetString(endpoints.BodyOf(exchange, What, HttpStatusCode.OK).OrThrow());
        if (exchange.Response!.Content.Headers.ContentType?.MediaType == SignedType)
        {
            return await validator.ValidateUserInfoAsync(text, cancellationToken).ConfigureAwait(false);
        }

        return JsonShape.IsObject(text)
            ? new ClaimsIdentity(new JsonWebToken("{}", text).Claims, What, "name", "roles")
            : throw Failures.ServerNotReached(endpoint.IdnHost, What, cause: null).ToException();
    }
}
