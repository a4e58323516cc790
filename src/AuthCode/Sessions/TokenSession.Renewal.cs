namespace AuthCode;

/// <content>Renewals of tokens that are still valid: the caller who starts one waits for a while, and nobody waits for those in the background.</content>
internal sealed partial class TokenSession
{
    // How long the caller who renews a token that is still valid waits for the new one.
    private static readonly TimeSpan RenewalPatience = TimeSpan.FromSeconds(2);

    /// <summary>Renews the tokens that end soon, one after the other.</summary>
    /// <param name="plan">What is to be renewed.</param>
    /// <param name="usedOn">When a caller used the session last: what was acquired since is not renewed.</param>
    /// <param name="cancellationToken">Lets go of a renewal that is under way; it goes on, and its result is kept.</param>
    /// <returns>Whether the renewals brought new tokens; <see langword="null"/> if there was nothing to renew.</returns>
    internal async Task<bool?> RenewAsync(RenewalPlan plan, DateTimeOffset usedOn, CancellationToken cancellationToken)
    {
        bool? isRenewed = null;
        foreach ((TokenCacheKey key, CachedToken token, bool isForEither) in TokensToRenew(plan, usedOn))
        {
            if (StartRenewal(key, token, isForEither) is { } renewal)
            {
                ThreadPool.UnsafeQueueUserWorkItem(StartHere, renewal, preferLocal: false);
                AcquisitionResult result = await renewal.WaitAsync(cancellationToken).ConfigureAwait(false);
                isRenewed = isRenewed != false && result.IsSuccess && result.Token != token;
            }
        }

        return isRenewed;
    }

    /// <summary>The tokens that end soon; else the one that ends last, if the refresh token has to be used.</summary>
    private List<(TokenCacheKey Key, CachedToken Token, bool IsForEither)> TokensToRenew(RenewalPlan plan, DateTimeOffset usedOn)
    {
        DateTimeOffset now = _grants.Factory.Time.GetUtcNow();

        // Tokens of a claims challenge are kept without the claims as well, which is how callers ask next.
        (TokenCacheKey Key, CachedToken Token)[] plain = [.. _grants.Cache.ValidAt(now).Where(static entry => entry.Key.Claims is null)];
        bool IsFirstOf((TokenCacheKey Key, CachedToken Token) entry) =>
            !entry.Key.IsCaeEnabled || !Array.Exists(plain, other => other.Token == entry.Token && !other.Key.IsCaeEnabled);
        bool IsForEither((TokenCacheKey Key, CachedToken Token) entry) =>
            !entry.Key.IsCaeEnabled && Array.Exists(plain, other => other.Token == entry.Token && other.Key.IsCaeEnabled);
        List<(TokenCacheKey, CachedToken, bool)> ending =
        [
            .. plain.Where(entry => IsFirstOf(entry) && usedOn >= entry.Token.RequestedOn && entry.Token.EndsWithin(plan.Within, now))
                .Select(entry => (entry.Key, entry.Token, IsForEither(entry))),
        ];
        if (ending.Count == 0 && plain.Length > 0 && usedOn >= _grants.RefreshedOn && plan.MustUseRefreshToken(_grants.RefreshedOn, now))
        {
            (TokenCacheKey Key, CachedToken Token) last = plain.Where(IsFirstOf).MaxBy(static entry => entry.Token.ExpiresOn);
            ending.Add((last.Key, last.Token, IsForEither(last)));
        }

        return ending;
    }

    /// <summary>An acquisition that replaces a token before a caller needs that; <see langword="null"/> if another one does it, or the server must not be asked.</summary>
    private TokenAcquisition? StartRenewal(in TokenCacheKey key, CachedToken token, bool isForEither)
    {
        var request = TokenRequest.Again(key, isForEither, Profile);
        lock (_grants.Cache)
        {
            DateTimeOffset now = _grants.Factory.Time.GetUtcNow();
            int stores = _grants.Cache.Stores;
            if (IsDisposed || _acquisitions?.ContainsKey(request) == true || ReasonToRefuse(request, isRunning: false) is not null
                || _grants.Cache.Find(key, now) != token || _grants.IsThrottled(key.Tenant))
            {
                return null;
            }

            var renewal = new TokenAcquisition(request, token, stores, default);
            (_acquisitions ??= []).Add(request, renewal);
            RefreshSchedule.Pause(token, now);
            return renewal;
        }
    }

    // Runs from before the renewal, so that it does not depend on which of the two threads is faster.
    private CancellationTokenSource? PatienceFor(TokenAcquisition acquisition) => acquisition.Valid is null ? null : new CancellationTokenSource(RenewalPatience, _grants.Factory.Time);

    /// <summary>The result of a renewal, or the token that is still valid if the renewal takes long; it goes on.</summary>
    private AcquisitionResult AwaitRenewal(TokenAcquisition renewal, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        CachedToken valid = renewal.Valid!;
        using CancellationTokenSource owned = patience;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return renewal.Wait(end.Token);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return valid.IsValid(_grants.Factory.Time, _grants.Factory.Time.GetUtcNow()) ? AcquisitionResult.Success(valid) : renewal.Wait(cancellationToken);
        }
    }

    /// <inheritdoc cref="AwaitRenewal"/>
    private async Task<AcquisitionResult> AwaitRenewalAsync(TokenAcquisition renewal, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        CachedToken valid = renewal.Valid!;
        using CancellationTokenSource owned = patience;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await renewal.WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return valid.IsValid(_grants.Factory.Time, _grants.Factory.Time.GetUtcNow())
                ? AcquisitionResult.Success(valid)
                : await renewal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
