namespace AuthCode;

/// <summary>What came of a grant, after all its attempts.</summary>
/// <param name="Last">The attempt that decided.</param>
/// <param name="RequestId">The id that all attempts carried.</param>
/// <param name="AnswersLost">How many answers to this very grant were lost, those of earlier calls included.</param>
/// <param name="FirstLoss">Why the first of them was lost, as far as this call saw it.</param>
/// <param name="RequestedOn">When the deciding attempt began.</param>
/// <param name="RequestedTimestamp">The same instant on the clock that nobody sets.</param>
internal readonly record struct TokenAnswer(
    AttemptResult Last, Guid RequestId, int AnswersLost, Failure? FirstLoss, DateTimeOffset RequestedOn, long RequestedTimestamp);
