using System.Net;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Sends a grant to the token endpoint once, and says what came of it. It throws for nothing but its own end.</summary>
/// <remarks>Implementation note: the two flavours share all but the lines that wait, so that the synchronous one never waits on the thread pool.</remarks>
internal sealed class TokenEndpointClient
{
    private readonly HttpClient _http;
    private readonly Authority _authority;
    private readonly string _clientId;
    private readonly ClientAuthentication _authentication;
    private readonly TimeSpan _networkTimeout;
    private readonly AttemptFailures _failures;
    private readonly ThrottleWindows _windows;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Most requests go where the one before them went.
    private volatile Destination? _lastDestination;

    // Set once a supplied handler has said that it has no synchronous form.
    private volatile bool _onlyAsynchronous;

    internal TokenEndpointClient(
        HttpClient http, Authority authority, string clientId, ClientAuthentication authentication, TimeSpan networkTimeout, TimeProvider time, ILogger logger)
    {
        _http = http;
        _authority = authority;
        _clientId = clientId;
        _authentication = authentication;
        _networkTimeout = networkTimeout;
        _failures = new AttemptFailures(authority.Host, networkTimeout, clientHasTimeout: http.Timeout != Timeout.InfiniteTimeSpan);
        _windows = new ThrottleWindows(time, authority.Base, clientId);
        _time = time;
        _logger = logger;
    }

    /// <summary>The authority's host, for messages.</summary>
    internal string Host => _authority.Host;

    internal TokenAnswer Send(Grant grant, CancellationToken cancellationToken)
    {
        if (Begin(grant, cancellationToken, out TokenAnswer refused) is not { } attempt)
        {
            return refused;
        }

        using (attempt)
        {
            try
            {
                _authentication.Authenticate(attempt.Client, attempt.Deadline);
                using HttpResponseMessage answer = SendBlocking(attempt);
                return End(attempt, attempt.IsFrom(answer) ? attempt.Read(answer, _time) : attempt.ReadFollowedRedirect(answer));
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                return End(attempt, _failures.Explain(e, attempt.Stage, attempt.IsDeadlinePassed));
            }
        }
    }

    internal async ValueTask<TokenAnswer> SendAsync(Grant grant, CancellationToken cancellationToken)
    {
        if (Begin(grant, cancellationToken, out TokenAnswer refused) is not { } attempt)
        {
            return refused;
        }

        using (attempt)
        {
            try
            {
                await _authentication.AuthenticateAsync(attempt.Client, attempt.Deadline).ConfigureAwait(false);
                HttpRequestMessage request = attempt.ToRequest(_http.DefaultRequestVersion, _http.DefaultVersionPolicy);
                Task<HttpResponseMessage> sending = _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Deadline);
                using HttpResponseMessage answer = await Deadline.Enforce(sending, attempt.Deadline).ConfigureAwait(false);
                return End(attempt, attempt.IsFrom(answer)
                    ? await attempt.ReadAsync(answer, _time).ConfigureAwait(false)
                    : attempt.ReadFollowedRedirect(answer));
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

    /// <summary>An attempt, or the refusal of a server that takes no requests for now.</summary>
    private TokenAttempt? Begin(Grant grant, CancellationToken cancellationToken, out TokenAnswer refused)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_windows.Find(grant.Tenant) is { } refusal)
        {
            AttemptResult result = AttemptResult.Fail(AttemptOutcome.Throttled, Failures.Throttled(refusal));
            refused = new TokenAnswer(result, grant.AnswersLostBefore, now, _time.GetTimestamp());
            return null;
        }

        refused = default;
        Log.TokenRequested(_logger, Host, grant.Tenant.Value, grant.GrantType, grant.RequestId);
        return new TokenAttempt(grant, EndpointOf(grant.Tenant), Host, _clientId, _networkTimeout, _time, cancellationToken);
    }

    private Uri EndpointOf(TenantId tenant)
    {
        Destination? last = _lastDestination;
        if (last?.Tenant != tenant)
        {
            _lastDestination = last = new Destination(tenant, _authority.TokenEndpoint(tenant));
        }

        return last.Endpoint;
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

    private sealed record Destination(TenantId Tenant, Uri Endpoint);
}
