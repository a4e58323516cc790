using System.Net;
using Microsoft.Extensions.Logging;
using Polly;

namespace AuthCode;

/// <summary>Sends grants to the token endpoint, attempt by attempt, and says what came of them. It throws for nothing but its own end.</summary>
/// <remarks>Implementation note: the two flavours share all but the three lines that wait, so that the synchronous one never waits on the thread pool.</remarks>
internal sealed class TokenEndpointClient
{
    private readonly HttpClient _http;
    private readonly Authority _authority;
    private readonly string _clientId;
    private readonly ClientAuthentication _authentication;
    private readonly RetrySettings _retry;
    private readonly ResiliencePipeline<AttemptResult> _pipeline;
    private readonly AttemptFailures _failures;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Set once a supplied handler has said that it has no synchronous form.
    private volatile bool _onlyAsynchronous;

    internal TokenEndpointClient(
        HttpClient http, Authority authority, string clientId, ClientAuthentication authentication, RetrySettings retry, TimeProvider time, ILogger logger)
    {
        _http = http;
        _authority = authority;
        _clientId = clientId;
        _authentication = authentication;
        _retry = retry;
        _pipeline = RetryPipeline.For(retry, time);
        _failures = new AttemptFailures(authority.Host, retry, clientHasTimeout: http.Timeout != Timeout.InfiniteTimeSpan);
        _time = time;
        _logger = logger;
    }

    /// <summary>The authority's host, for messages.</summary>
    internal string Host => _authority.Host;

    internal TokenAnswer Send(Grant grant, CancellationToken cancellationToken)
    {
        GrantExchange exchange = Begin(grant);
        AttemptResult last = _pipeline.Execute(
            static (state, token) => state.Client.Attempt(state.Exchange, token), (Client: this, Exchange: exchange), cancellationToken);
        return End(exchange, last);
    }

    internal async Task<TokenAnswer> SendAsync(Grant grant, CancellationToken cancellationToken)
    {
        GrantExchange exchange = Begin(grant);
        AttemptResult last = await _pipeline.ExecuteAsync(
            static (state, token) => state.Client.AttemptAsync(state.Exchange, token), (Client: this, Exchange: exchange), cancellationToken)
            .ConfigureAwait(false);
        return End(exchange, last);
    }

    private AttemptResult Attempt(GrantExchange exchange, CancellationToken cancellationToken)
    {
        using TokenAttempt attempt = NewAttempt(exchange, cancellationToken);
        try
        {
            _authentication.Authenticate(attempt.Client, attempt.Deadline);
            using HttpResponseMessage answer = SendBlocking(attempt);
            return Settle(exchange, attempt.IsFrom(answer) ? attempt.Read(answer, _time.GetUtcNow()) : attempt.ReadFollowedRedirect(answer));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Settle(exchange, _failures.Explain(e, attempt.Stage, attempt.IsDeadlinePassed));
        }
    }

    private async ValueTask<AttemptResult> AttemptAsync(GrantExchange exchange, CancellationToken cancellationToken)
    {
        using TokenAttempt attempt = NewAttempt(exchange, cancellationToken);
        try
        {
            await _authentication.AuthenticateAsync(attempt.Client, attempt.Deadline).ConfigureAwait(false);
            HttpRequestMessage request = attempt.ToRequest(_http.DefaultRequestVersion, _http.DefaultVersionPolicy);
            using HttpResponseMessage answer =
                await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Deadline).ConfigureAwait(false);
            return Settle(exchange, attempt.IsFrom(answer)
                ? await attempt.ReadAsync(answer, _time).ConfigureAwait(false)
                : attempt.ReadFollowedRedirect(answer));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Settle(exchange, _failures.Explain(e, attempt.Stage, attempt.IsDeadlinePassed));
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
            catch (NotSupportedException)
            {
                // The handler has no synchronous form and said so before it did anything.
                _onlyAsynchronous = true;
            }
        }

        HttpRequestMessage request = attempt.ToRequest(_http.DefaultRequestVersion, _http.DefaultVersionPolicy);
        return BlockingWait.For(token => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), attempt.Deadline);
    }

    private GrantExchange Begin(Grant grant)
    {
        var exchange = new GrantExchange(grant, _authority.TokenEndpoint(grant.Tenant), grant.RequestId ?? RequestHeaders.NewRequestId());
        Log.TokenRequested(_logger, _authority.Host, grant.Tenant.Value, grant.GrantType, exchange.RequestId);
        return exchange;
    }

    private TokenAttempt NewAttempt(GrantExchange exchange, CancellationToken cancellationToken)
    {
        exchange.Attempts++;
        exchange.RequestedOn = _time.GetUtcNow();
        exchange.RequestedTimestamp = _time.GetTimestamp();
        return new TokenAttempt(exchange, _clientId, _authority.Host, _retry.NetworkTimeout, _time, cancellationToken);
    }

    private AttemptResult Settle(GrantExchange exchange, AttemptResult result)
    {
        if (result.Outcome == AttemptOutcome.Lost)
        {
            exchange.AnswersLost++;
            exchange.FirstLoss ??= result.Failure;
        }

        result.Next = RetryRules.Decide(
            result.Outcome, result.Failure?.Response?.RetryAfter, exchange.AnswersLost, exchange.Grant.RepeatsAfterLoss, _retry.MaxDelay);
        if (result.Next.Again && exchange.Attempts <= _retry.MaxRetries)
        {
            Log.TokenRequestRepeated(_logger, exchange.Attempts, result.Outcome.ToString(), exchange.RequestId);
        }

        return result;
    }

    private TokenAnswer End(GrantExchange exchange, AttemptResult last)
    {
        Grant grant = exchange.Grant;
        if (last.Failure?.Response is { } response)
        {
            Log.TokenRefused(_logger, grant.Tenant.Value, grant.GrantType, (int)response.StatusCode, response.Error, exchange.RequestId);
        }
        else if (last.Failure is not null)
        {
            Log.TokenRequestFailed(_logger, grant.Tenant.Value, grant.GrantType, last.Outcome.ToString(), exchange.RequestId);
        }

        return new TokenAnswer(last, exchange.RequestId, exchange.AnswersLost, exchange.FirstLoss, exchange.RequestedOn, exchange.RequestedTimestamp);
    }
}
