namespace AuthCode;

/// <summary>An attempt that is over: its outcome, and the token response or the failure that goes with it.</summary>
internal sealed class AttemptResult
{
    private AttemptResult(AttemptOutcome outcome, TokenResponse? response, Failure? failure)
    {
        Outcome = outcome;
        Response = response;
        Failure = failure;
    }

    internal AttemptOutcome Outcome { get; }

    /// <summary>Set when the attempt succeeded.</summary>
    internal TokenResponse? Response { get; }

    /// <summary>Set when it did not.</summary>
    internal Failure? Failure { get; }

    internal static AttemptResult Success(TokenResponse response) => new(AttemptOutcome.Succeeded, response, null);

    internal static AttemptResult Fail(AttemptOutcome outcome, Failure failure) => new(outcome, null, failure);
}
