namespace AuthCode;

/// <content>What becomes of an attempt. All of it runs within the turn that the attempt was.</content>
internal sealed partial class SessionGrants
{
    /// <summary>Keeps what an attempt brought; <see langword="null"/> if the turn needs another attempt.</summary>
    private AcquisitionResult? Commit(TokenAcquisition acquisition, Grant grant, AttemptResult attempt)
    {
        SessionState before = _state;
        var decision = SessionDecision.Of(before, attempt, grant, Factory.Client.ClientId, Factory.Client.Server.Host, isOfHome: grant.Tenant.Equals(Factory.Client.Tenant));
        _state = decision.Next;
        if (decision.Next is SessionState.CodePending { LostResponses: 0 } pending)
        {
            pending.Use.NoteUnused();
        }

        RefreshedOn = decision.Attempt.IsSuccess ? decision.Attempt.RequestedOn : RefreshedOn;
        if (decision.ShowsNarrowing)
        {
            Factory.Client.Profile.RefreshesAllScopes = true;
        }

        AcquisitionResult? result = decision.Attempt.Response is { } response
            ? Keep(acquisition.Request, grant, decision.Attempt, response)
            : Explain(acquisition, grant, decision);

        // Last: nobody can read what was replaced any more.
        decision.Refused?.Dispose();
        if (before.Secret != decision.Next.Secret)
        {
            before.Secret?.Dispose();
        }

        return result;
    }

    /// <summary>Keeps a token; <see langword="null"/> if it does not serve the request, and another attempt can.</summary>
    private AcquisitionResult? Keep(TokenRequest request, Grant grant, AttemptResult attempt, TokenResponse response)
    {
        CachedToken token = Factory.TokenOf(grant, attempt, response, hasRefreshToken: _state is SessionState.Refreshable, out bool isExpired);
        TokenCacheKey key = request.Key;
        if (grant is AuthorizationCodeGrant { IsForOthers: true } && _state is SessionState.Refreshable)
        {
            // The code was for the scopes of the sign-in, and a refresh can be for those that were requested now.
            Cache.Store(key.For(token.Granted), token, Factory.Time.GetUtcNow(), request.IsRevocation);
            return null;
        }

        if (isExpired)
        {
            // It serves those who waited for it, and nobody asks for another at once.
            Remember(request, Failures.TokenExpiredAtOnce(Factory.Client.Server.Host));
        }

        if (request.IsForEither && Factory.Client.Profile.HasClientCapabilities)
        {
            // Nobody knows yet who will call. A token without continuous access evaluation serves callers of either kind.
            Cache.Store(key.WithCae, token, Factory.Time.GetUtcNow(), request.IsRevocation);
        }

        Cache.Store(key, token, Factory.Time.GetUtcNow(), request.IsRevocation);
        Log.TokenAcquired(Factory.Logger, grant.Tenant.Value, grant.GrantType, token.ExpiresOn, grant.RequestId);
        return AcquisitionResult.Success(token, response.IdToken);
    }

    private AcquisitionResult Explain(TokenAcquisition acquisition, Grant grant, SessionDecision decision)
    {
        if (Ended is { } reason)
        {
            Log.SessionOver(Factory.Logger);
            if (_shared is null)
            {
                // One that is shared is marked in the store first.
                Known?.NoteEnd(SessionEnd.Refused, reason.Response);
            }

            return AcquisitionResult.Fail(reason);
        }

        AttemptOutcome outcome = decision.Attempt.Outcome;
        if (outcome == AttemptOutcome.Refused && decision.Attempt.Failure?.Response?.Error != Parameters.InvalidClient)
        {
            Remember(acquisition.Request, decision.Attempt.Failure!);
        }

        Failure failure = decision.Attempt.Failure!;
        acquisition.LostResponses += outcome == AttemptOutcome.Lost ? 1 : 0;
        int lost = decision.Next is SessionState.CodePending pending ? pending.LostResponses : acquisition.LostResponses;

        // As it is now: the token that was valid when the attempt began may have expired meanwhile, and callers wait.
        bool mayRepeat = !acquisition.IsComplete && Cache.Find(acquisition.Request.Key, Factory.Time.GetUtcNow()) is null;
        RetryDecision next = RetryRules.Decide(outcome, failure.Response?.RetryAfter, lost, mayRepeat, Factory.Retry.MaxDelay, outcome == AttemptOutcome.Throttled ? Jitter.Next() : 0);
        if (next.Again && acquisition.Turns <= Factory.Retry.MaxRetries)
        {
            Log.TokenRequestRepeated(Factory.Logger, acquisition.Turns, outcome.ToString(), grant.RequestId);
        }

        return AcquisitionResult.Fail(failure, next);
    }

    private void Remember(TokenRequest request, Failure failure) => (_refusals ??= new RefusalMemory(Factory.Time)).Note(request, failure);
}
