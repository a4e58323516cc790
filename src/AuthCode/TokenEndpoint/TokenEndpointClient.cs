using System.Net;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Sends a grant to the token endpoint once, and says what came of it. It throws for nothing but its own end.</summary>
/// <remarks>Implementation note: the two flavours share all but the lines that wait, so that the synchronous one never waits on the thread pool.</remarks>
internal sealed class TokenEndpointClient
{
    private readonly ClientRegistration _server;
    private readonly HttpClient _http;
    private readonly AttemptFailures _failures;
    private readonly ThrottleWindows _windows;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Set once a supplied handler has said that it has no synchronous form.
    private volatile bool _onlyAsynchronous;

    internal TokenEndpointClient(ClientRegistration server)
    {
        _server = server;
        _http = server.Http;
        _failures = new AttemptFailures(Host, server.NetworkTimeout, clientHasTimeout: _http.Timeout != Timeout.InfiniteTimeSpan);
        _windows = new ThrottleWindows(server.Time, server.Server.Id, server.ClientId);
        _time = server.Time;
        _logger = server.Logger;
    }

    /// <summary>The server's host, for messages.</summary>
    internal string Host => _server.Server.Host;

    internal TokenAnswer Send(Grant grant, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refused)
        {
            return refused;
        }

        Result<ServerEndpoints> endpoints = _server.Metadata.Endpoints(grant.Tenant, cancellationToken);
        if (endpoints.Value is null)
        {
            return NotFound(grant, endpoints);
        }

        for (bool isAgain = false; ; isAgain = true)
        {
            using TokenAttempt attempt = Begin(grant, endpoints.Value.Token, cancellationToken);
            try
            {
                _server.Authentication.Authenticate(attempt.Client, attempt.Deadline);
                using HttpResponseMessage answer = SendBlocking(attempt);
                AttemptResult result = attempt.IsFrom(answer) ? attempt.Read(answer, _time) : attempt.ReadFollowedRedirect(answer);
                if (!IsNonceNeeded(answer, result) || isAgain)
                {
                    return End(attempt, result);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                return End(attempt, _failures.Explain(e, attempt.Stage, attempt.IsDeadlinePassed));
            }
        }
    }

    internal async ValueTask<TokenAnswer> SendAsync(Grant grant, CancellationToken cancellationToken)
    {
        if (RefusalOf(grant) is { } refused)
        {
            return refused;
        }

        Result<ServerEndpoints> endpoints = await _server.Metadata.EndpointsAsync(grant.Tenant, cancellationToken).ConfigureAwait(false);
        if (endpoints.Value is null)
        {
            return NotFound(grant, endpoints);
        }

        for (bool isAgain = false; ; isAgain = true)
        {
            using TokenAttempt attempt = Begin(grant, endpoints.Value.Token, cancellationToken);
            try
            {
                await _server.Authentication.AuthenticateAsync(attempt.Client, attempt.Deadline).ConfigureAwait(false);
                HttpRequestMessage request = attempt.ToRequest(_http.DefaultRequestVersion, _http.DefaultVersionPolicy);
                Task<HttpResponseMessage> sending = _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Deadline);
                using HttpResponseMessage answer = await Deadline.Enforce(sending, attempt.Deadline).ConfigureAwait(false);
                AttemptResult result = attempt.IsFrom(answer)
                    ? await attempt.ReadAsync(answer, _time).ConfigureAwait(false)
                    : attempt.ReadFollowedRedirect(answer);
                if (!IsNonceNeeded(answer, result) || isAgain)
                {
                    return End(attempt, result);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                return End(attempt, _failures.Explain(e, attempt.Stage, attempt.IsDeadlinePassed));
            }
        }
    }

    private HttpResponseMessage SendBlocking(TokenAttempt attempt)
    {
        // SocketsHttpHandler's synchronous form speaks HTTP/1.1 only.
        const HttpVersionPolicy Policy = HttpVersionPolicy.RequestVersionOrLower;
        if (!_onlyAsynchronous)
        {
            try
            {
                return _http.Send(attempt.ToRequest(HttpVersion.Version11, Policy), HttpCompletionOption.ResponseHeadersRead, attempt.Deadline);
            }
            catch (NotSupportedException) when (attempt.Stage == AttemptStage.Sending)
            {
                // The handler has no synchronous form and said so before it did anything.
                _onlyAsynchronous = true;
            }
        }

        HttpRequestMessage request = attempt.ToRequest(_http.DefaultRequestVersion, _http.DefaultVersionPolicy);
        return BlockingWait.For(token => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), attempt.Deadline);
    }

    /// <summary>The refusal of a server that takes no requests for now.</summary>
    private TokenAnswer? RefusalOf(Grant grant) => _windows.Find(grant.Tenant) is { } refusal
        ? NotSent(grant, AttemptResult.Fail(AttemptOutcome.Throttled, Failures.Throttled(refusal)))
        : null;

    private TokenAnswer NotFound(Grant grant, Result<ServerEndpoints> endpoints)
    {
        AttemptOutcome outcome = endpoints.IsFinal ? AttemptOutcome.CannotSend : AttemptOutcome.NeverSent;
        Log.TokenRequestFailed(_logger, grant.Tenant.Value, grant.GrantType, outcome.ToString(), grant.RequestId);
        return NotSent(grant, AttemptResult.Fail(outcome, endpoints.Failure!));
    }

    private TokenAnswer NotSent(Grant grant, AttemptResult result) => new(result, grant.AnswersLostBefore, _time.GetUtcNow(), _time.GetTimestamp());

    private TokenAttempt Begin(Grant grant, Uri endpoint, CancellationToken cancellationToken)
    {
        Log.TokenRequested(_logger, Host, grant.Tenant.Value, grant.GrantType, grant.RequestId);
        return new TokenAttempt(grant, endpoint, _server, cancellationToken);
    }

    // The server has not looked at the grant: the same one goes again, with its nonce in the proof (RFC 9449 section 8).
    private bool IsNonceNeeded(HttpResponseMessage answer, AttemptResult result)
    {
        _server.Dialect.Proofs?.Note(answer);
        return _server.Dialect.Proofs is not null && result.Failure?.Response?.Error == DPoPProofs.NonceNeeded;
    }

    private TokenAnswer End(TokenAttempt attempt, AttemptResult result)
    {
        Grant grant = attempt.Grant;
        if (result.Failure?.Response is { } response)
        {
            Log.TokenRefused(_logger, grant.Tenant.Value, grant.GrantType, (int)response.StatusCode, response.Error, grant.RequestId);
            if (result.Outcome == AttemptOutcome.Throttled)
            {
                _windows.Note(grant.Tenant, response);
            }
        }
        else if (result.Failure is not null)
        {
            Log.TokenRequestFailed(_logger, grant.Tenant.Value, grant.GrantType, result.Outcome.ToString(), grant.RequestId);
        }

        int lost = result.Outcome == AttemptOutcome.Lost ? 1 : 0;
        return new TokenAnswer(result, grant.AnswersLostBefore + lost, attempt.RequestedOn, attempt.RequestedTimestamp);
    }
}
