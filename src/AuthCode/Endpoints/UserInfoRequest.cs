using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Azure.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthCode;

/// <summary>A request to the userinfo endpoint (OpenID Connect Core section 5.3), with a bearer token or one that is bound to a key.</summary>
internal sealed class UserInfoRequest(ClientRegistration server, Uri endpoint, AccessToken token)
{
    private const string What = "userinfo request";
    private const string SignedType = "application/jwt";

    /// <summary>The claims, from JSON or from a signed JWT; whose they are is for the caller to see.</summary>
    /// <exception cref="AuthenticationFailedException">There is no usable answer.</exception>
    internal async Task<ClaimsIdentity> SendAsync(IdTokenValidator validator, CancellationToken cancellationToken)
    {
        (byte[] body, bool isSigned) = await SendAsync(cancellationToken).ConfigureAwait(false);
        string text = Encoding.UTF8.GetString(body);
        if (isSigned)
        {
            return await validator.ValidateUserInfoAsync(text, cancellationToken).ConfigureAwait(false);
        }

        return JsonShape.IsObject(text)
            ? new ClaimsIdentity(new JsonWebToken("{}", text).Claims, What, "name", "roles")
            : throw Failures.ServerNotReached(endpoint.IdnHost, What, cause: null).ToException();
    }

    private async Task<(byte[] Body, bool IsSigned)> SendAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(server.NetworkTimeout, server.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            HttpResponseMessage answer = await SendOnceAsync(deadline.Token).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.Unauthorized && server.Dialect.Proofs is not null)
            {
                // The first answer may have brought the nonce that the proof must hold (RFC 9449 section 9).
                answer.Dispose();
                answer = await SendOnceAsync(deadline.Token).ConfigureAwait(false);
            }

            using (answer)
            using (var body = new BoundedBody())
            {
                await body.ReadAsync(answer, deadline.Token).ConfigureAwait(false);
                bool isSame = answer.RequestMessage?.RequestUri is not { } answered || answered == endpoint;
                return answer.StatusCode == HttpStatusCode.OK && isSame && !body.IsTooLong
                    ? (body.Utf8.ToArray(), answer.Content.Headers.ContentType?.MediaType == SignedType)
                    : throw Failures.ServerRefused(endpoint.IdnHost, What, new TokenErrorResponse(answer.StatusCode)).ToException();
            }
        }
        catch (Exception e) when (e is not AuthenticationFailedException && !cancellationToken.IsCancellationRequested)
        {
            Exception? cause = e is OperationCanceledException ? new TimeoutException("No complete answer in time.", e) : TransportExceptions.WithoutServerText(e);
            throw Failures.ServerNotReached(endpoint.IdnHost, What, cause).ToException();
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint) { Version = server.Http.DefaultRequestVersion, VersionPolicy = server.Http.DefaultVersionPolicy };
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Accept.Add(new(SignedType));
        request.Headers.Authorization = new AuthenticationHeaderValue(token.TokenType, token.Token);
        server.Dialect.Proofs?.Add(request.Headers, request.Method, endpoint, token.Token);
        HttpResponseMessage answer = await Deadline.Enforce(
            server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken).ConfigureAwait(false);
        server.Dialect.Proofs?.Note(answer);
        return answer;
    }
}
