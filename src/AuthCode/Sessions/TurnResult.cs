namespace AuthCode;

/// <summary>What came of a flight's turn: a token, or a failure and whether another turn may help.</summary>
internal sealed record TurnResult(CachedToken? Token, Failure? Failure, RetryDecision Next);
