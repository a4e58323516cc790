using System.Net;

namespace AuthCode;

/// <summary>A form that the client posts to another endpoint of its server than the token endpoint: a pushed authorization request (RFC 9126), a revocation (RFC 7009).</summary>
/// <remarks>Sent once: whoever asked for it can ask again.</remarks>
internal static class EndpointClient
{
    /// <summary>The answer's body, when its status is the one that means success.</summary>
    /// <param name="server">The server.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="what">What is posted, for messages.</param>
    /// <param name="write">Adds the fields beside the client's own.</param>
    /// <param name="success">The status of success.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    internal static async ValueTask<Result<byte[]>> SendAsync(
        ClientRegistration server, Uri endpoint, string what, Action<FormBody> write, HttpStatusCode success, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(server.NetworkTimeout, server.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var form = new FormBody();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Version = server.Http.DefaultRequestVersion, VersionPolicy = server.Http.DefaultVersionPolicy };
        bool isAuthenticated = false;
        try
        {
            var client = new ClientRequest(server.ClientId, endpoint, server.Server.AssertionIssuer, form, request.Headers, server.Time.GetUtcNow());
            await server.Authentication.AuthenticateAsync(client, deadline.Token).ConfigureAwait(false);
            isAuthenticated = true;
            write(form);
            RequestHeaders.Add(request.Headers, RequestHeaders.NewRequestId(), routingHint: null, server.Dialect.IsEntra);
            request.Content = form.ToContent();
            using HttpResponseMessage answer = await Deadline.Enforce(
                server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token), deadline.Token).ConfigureAwait(false);
            if (answer.RequestMessage?.RequestUri is { } answered && answered != endpoint)
            {
                return new(null, Failures.Redirected(server.Server.Host, answered.IdnHost, response: null, followed: true), IsFinal: true);
            }

            using var body = new BoundedBody();
            await body.ReadAsync(answer, deadline.Token).ConfigureAwait(false);
            return answer.StatusCode == success && !body.IsTooLong
                ? new(body.Utf8.ToArray())
                : new(null, Failures.ServerRefused(server.Server.Host, what, ErrorOf(answer, body, form, server.Time.GetUtcNow())));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Exception? cause = e is OperationCanceledException ? new TimeoutException("No complete answer in time.", e) : TransportExceptions.WithoutServerText(e);
            return new(null, isAuthenticated ? Failures.ServerNotReached(server.Server.Host, what, cause) : Failures.ClientAuthenticationFailed(cause!));
        }
    }

    private static TokenErrorResponse ErrorOf(HttpResponseMessage answer, BoundedBody body, FormBody form, DateTimeOffset now) => TokenErrorReader.Read(
        answer.StatusCode, body.IsTooLong ? default : body.Utf8, RetryAfterHeader.Read(answer.Headers, now), echoedRequestId: null, new SecretRedactor(form.Secrets));
}
