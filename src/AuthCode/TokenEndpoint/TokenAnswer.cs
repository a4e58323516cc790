namespace AuthCode;

/// <summary>What came of one attempt of a grant.</summary>
/// <param name="Result">Its outcome.</param>
/// <param name="AnswersLost">How many answers to this very grant were lost, this attempt's included.</param>
/// <param name="RequestedOn">When the attempt began: a token that it brings lives from then on at the earliest.</param>
/// <param name="RequestedTimestamp">The same instant on the clock that nobody sets.</param>
internal readonly record struct TokenAnswer(AttemptResult Result, int AnswersLost, DateTimeOffset RequestedOn, long RequestedTimestamp);
