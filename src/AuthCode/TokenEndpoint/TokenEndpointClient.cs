namespace AuthCode;

/// <summary>Sends a grant to the token endpoint once, and says what came of it. It throws for nothing but its owner's end.</summary>
internal sealed class TokenEndpointClient(ClientRegistration client)
{
    private readonly EndpointClient _endpoints = new(client);
    private readonly ThrottleWindows _windows = new(client.Time, client.Server.Id, client.ClientId.Value);

    /// <param name="grant">The grant.</param>
    /// <param name="readsIdToken">Whether the ID token of the response is needed.</param>
    /// <param name="cancellationToken">Ends the attempt without a result.</param>
    internal AttemptResult Send(Grant grant, bool readsIdToken, CancellationToken cancellationToken)
    {
        if (FindRefusal(grant) is { } refused)
        {
            return refused;
        }

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

        Log.TokenRequested(client.Logger, client.Server.Host, grant.Tenant.Value, grant.GrantType, grant.RequestId);
        using HttpExchange exchange = _endpoints.Post(endpoints.Token, grant, cancellationToken);
        return ResultOf(grant, readsIdToken, exchange);
    }

    /// <inheritdoc cref="Send"/>
    internal async ValueTask<AttemptResult> SendAsync(Grant grant, bool readsIdToken, CancellationToken cancellationToken)
    {
        if (FindRefusal(grant) is { } refused)
        {
            return refused;
        }

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

        Log.TokenRequested(client.Logger, client.Server.Host, grant.Tenant.Value, grant.GrantType, grant.RequestId);
        using HttpExchange exchange = await _endpoints.PostAsync(endpoints.Token, grant, cancellationToken).ConfigureAwait(false);
        return ResultOf(grant, readsIdToken, exchange);
    }

    /// <summary>The refusal of a server that takes no requests for now.</summary>
    private AttemptResult? FindRefusal(Grant grant) =>
        _windows.Find(grant.Tenant) is { } refusal ? AttemptResult.Fail(AttemptOutcome.Throttled, Failures.Throttled(refusal)) : null;

    private AttemptResult NotFound(Grant grant, Result<ServerEndpoints> endpoints)
    {
        AttemptOutcome outcome = endpoints.IsFinal ? AttemptOutcome.CannotSend : AttemptOutcome.NeverSent;
        Log.TokenRequestFailed(client.Logger, grant.Tenant.Value, grant.GrantType, outcome.ToString(), grant.RequestId);
        return AttemptResult.Fail(outcome, endpoints.Failure!);
    }

    private AttemptResult ResultOf(Grant grant, bool readsIdToken, HttpExchange exchange)
    {
        AttemptResult result = exchange.Response is null
            ? AttemptFailures.Explain(client.Server.Host, client.Sender.Timeout, exchange)
            : TokenResponseClassifier.Read(grant, client.Server.Host, client.Profile.TokenType, readsIdToken, exchange, client.Time.GetUtcNow());
        if (result.IsSuccess)
        {
            return result;
        }

        if (result.Failure.Response is { } response)
        {
            Log.TokenRefused(client.Logger, grant.Tenant.Value, grant.GrantType, (int)response.StatusCode, response.Error, grant.RequestId);
            if (result.Outcome == AttemptOutcome.Throttled)
            {
                _windows.Note(grant.Tenant, response);
            }
        }
        else
        {
            Log.TokenRequestFailed(client.Logger, grant.Tenant.Value, grant.GrantType, result.Outcome.ToString(), grant.RequestId);
        }

        return result;
    }
}
