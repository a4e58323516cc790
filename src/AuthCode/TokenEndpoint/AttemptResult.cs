using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>An attempt that is over: its outcome, and the token response or the failure that goes with it.</summary>
internal sealed class AttemptResult
{
    private AttemptResult(
        AttemptOutcome outcome, TokenResponse? response, Failure? failure, RefusalReason reason = RefusalReason.Other, DateTimeOffset requestedOn = default, long requestedTimestamp = 0)
    {
        Reason = reason;
        Outcome = outcome;
        Response = response;
        Failure = failure;
        RequestedOn = requestedOn;
        RequestedTimestamp = requestedTimestamp;
    }

    internal readonly AttemptOutcome Outcome;

    [MemberNotNullWhen(true, nameof(Response))]
    [MemberNotNullWhen(false, nameof(Failure))]
    internal bool IsSuccess => Response is not null;

    internal readonly TokenResponse? Response;

    internal readonly Failure? Failure;

    /// <summary>What an OAuth error is about.</summary>
    internal readonly RefusalReason Reason;

    /// <summary>When a successful attempt began: its token lives from then on at the earliest.</summary>
    internal readonly DateTimeOffset RequestedOn;

    /// <summary>The same instant on the monotonic clock.</summary>
    internal readonly long RequestedTimestamp;

    internal static AttemptResult Success(TokenResponse response, HttpExchange exchange) =>
        new(AttemptOutcome.Succeeded, response, null, RefusalReason.Other, exchange.StartedOn, exchange.StartedTimestamp);

    internal static AttemptResult Fail(AttemptOutcome outcome, Failure failure) => new(outcome, null, failure);

    /// <summary>The same with a sentence more in the message; <see langword="null"/> for none.</summary>
    internal AttemptResult WithHint(string? hint) => hint is null || Failure is null ? this : new(Outcome, null, Failure.With(hint), Reason);

    /// <summary>An OAuth error.</summary>
    internal static AttemptResult Refuse(RefusalReason reason, Failure failure) => new(AttemptOutcome.Refused, null, failure, reason);
}
