using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>An attempt that is over: its outcome, and the token response or the failure that goes with it.</summary>
internal sealed class AttemptResult
{
    private AttemptResult(AttemptOutcome outcome, TokenResponse? response, Failure? failure, DateTimeOffset requestedOn = default, long requestedTimestamp = 0)
    {
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

    /// <summary>When a successful attempt began: its token lives from then on at the earliest.</summary>
    internal readonly DateTimeOffset RequestedOn;

    /// <summary>The same instant on the monotonic clock.</summary>
    internal readonly long RequestedTimestamp;

    internal static AttemptResult Success(TokenResponse response, HttpExchange exchange) =>
        new(AttemptOutcome.Succeeded, response, null, exchange.StartedOn, exchange.StartedTimestamp);

    internal static AttemptResult Fail(AttemptOutcome outcome, Failure failure) => new(outcome, null, failure);
}
