using System.Net;

namespace AuthCode;

/// <summary>Sends a grant to the token endpoint once, and says what came of it. It throws for nothing but its owner's end.</summary>
internal sealed class TokenEndpointClient(ClientRegistration client)
{
    private readonly EndpointClient _endpoints = new(client);

    /// <param name="grant">The grant.</param>
    /// <param name="hold">What the server has told the grant's session.</param>
    /// <param name="readsIdToken">Whether the ID token of the response is needed.</param>
    /// <param name="cancellationToken">Ends the attempt without a result.</param>
    internal AttemptResult Send(Grant grant, SessionHold hold, bool readsIdToken, CancellationToken cancellationToken)
    {
        ServerEndpoints? endpoints = client.Server.Known(grant.Tenant);
        if (endpoints is null)
        {
            Result<ServerEndpoints> found = client.Metadata.Endpoints(cancellationToken);
            if (!found.IsSuccess)
            {
                return NotFound(grant, found);
            }

            endpoints = found.Value;
        }

        if (FindRefusal(grant, hold) is { } refused)
        {
            return refused;
        }

        Log.TokenRequested(client.Logger, client.Server.Host, grant.Tenant.Value, grant.GrantType, grant.RequestId);
        MeasuredTokenRequest? measured = Measure(grant, endpoints.Token);
        AttemptResult? result = null;
        bool isSent = true;
        try
        {
            using HttpExchange exchange = _endpoints.Post(endpoints.Token, grant, cancellationToken);
            isSent = exchange.Stage != ExchangeStage.Preparing;
            return result = ResultOf(grant, hold, readsIdToken, exchange);
        }
        finally
        {
            EndTry(grant, hold, result, isSent, measured);
        }
    }

    /// <inheritdoc cref="Send"/>
    internal async ValueTask<AttemptResult> SendAsync(Grant grant, SessionHold hold, bool readsIdToken, CancellationToken cancellationToken)
    {
        ServerEndpoints? endpoints = client.Server.Known(grant.Tenant);
        if (endpoints is null)
        {
            Result<ServerEndpoints> found = await client.Metadata.EndpointsAsync(cancellationToken).ConfigureAwait(false);
            if (!found.IsSuccess)
            {
                return NotFound(grant, found);
            }

            endpoints = found.Value;
        }

        if (FindRefusal(grant, hold) is { } refused)
        {
            return refused;
        }

        Log.TokenRequested(client.Logger, client.Server.Host, grant.Tenant.Value, grant.GrantType, grant.RequestId);
        MeasuredTokenRequest? measured = Measure(grant, endpoints.Token);
        AttemptResult? result = null;
        bool isSent = true;
        try
        {
            using HttpExchange exchange = await _endpoints.PostAsync(endpoints.Token, grant, cancellationToken).ConfigureAwait(false);
            isSent = exchange.Stage != ExchangeStage.Preparing;
            return result = ResultOf(grant, hold, readsIdToken, exchange);
        }
        finally
        {
            EndTry(grant, hold, result, isSent, measured);
        }
    }

    /// <summary>The refusal of a server that takes no requests for now.</summary>
    private AttemptResult? FindRefusal(Grant grant, SessionHold hold) =>
        (hold.Find(grant.Tenant) ?? WindowOf(grant)?.Find(hold)) is { } refusal ? AttemptResult.Fail(AttemptOutcome.Throttled, Failures.Throttled(refusal)) : null;

    private MeasuredTokenRequest? Measure(Grant grant, Uri endpoint)
    {
        var measured = MeasuredTokenRequest.Begin(client.Time, endpoint.IdnHost, grant.GrantType, grant.Attempt, grant.Parent);
        grant.Activity = measured?.Activity;
        return measured;
    }

    private void EndTry(Grant grant, SessionHold hold, AttemptResult? result, bool isSent, MeasuredTokenRequest? measured)
    {
        // Without a result, the session was disposed of.
        measured?.End(result is null ? typeof(OperationCanceledException).FullName : result.Failure?.Kind);
        WindowOf(grant)?.EndTry(hold, isSent, isThrough: result is { IsSuccess: true } or { Outcome: AttemptOutcome.Refused });
    }

    private ThrottleWindow? WindowOf(Grant grant) => ThrottleWindows.Shared.Find(client.Time, client.Server.Id, client.ClientId.Value, grant.Tenant);

    private AttemptResult NotFound(Grant grant, Result<ServerEndpoints> endpoints)
    {
        AttemptOutcome outcome = endpoints.IsFinal ? AttemptOutcome.CannotSend : AttemptOutcome.NeverSent;
        Log.TokenRequestFailed(client.Logger, grant.Tenant.Value, grant.GrantType, outcome.ToString(), grant.RequestId);
        return AttemptResult.Fail(outcome, endpoints.Failure!);
    }

    private AttemptResult ResultOf(Grant grant, SessionHold hold, bool readsIdToken, HttpExchange exchange)
    {
        AttemptResult result = exchange.Response is null ? AttemptFailures.Explain(client.Server.Host, client.Sender.Timeout, exchange)
            : TokenResponseClassifier.Read(grant, client.Server.Host, client.Profile, readsIdToken, exchange, client.Time.GetUtcNow());
        if (result.IsSuccess)
        {
            return result;
        }

        if (result.Failure.Response is { } response)
        {
            Log.TokenRefused(client.Logger, grant.Tenant.Value, grant.GrantType, (int)response.StatusCode, response.Error, grant.RequestId);
            if (result.Outcome == AttemptOutcome.Throttled)
            {
                Note(grant, hold, response);
            }
        }
        else
        {
            Log.TokenRequestFailed(client.Logger, grant.Tenant.Value, grant.GrantType, result.Outcome.ToString(), grant.RequestId);
        }

        return result;
    }

    private void Note(Grant grant, SessionHold hold, TokenErrorResponse refusal)
    {
        bool isOfSession = refusal.StatusCode == HttpStatusCode.TooManyRequests;
        bool isOfServer = refusal.StatusCode == HttpStatusCode.ServiceUnavailable || refusal.Error == Parameters.TemporarilyUnavailable;
        if (refusal.RetryAfter is not { } wait || wait <= TimeSpan.Zero || !(isOfSession || isOfServer))
        {
            return;
        }

        if (isOfSession)
        {
            hold.Note(grant.Tenant, refusal, wait);
        }

        ThrottleWindows.Shared.FindOrAdd(client.Time, client.Server.Id, client.ClientId.Value, grant.Tenant).Note(hold, refusal, wait);
    }
}
