namespace AuthCode.Tests.TokenEndpoint;

/// <summary>The retry table, row by row.</summary>
internal sealed class RetryRulesTests
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Test]
    public void What_was_never_sent_is_sent_again_however_often_answers_were_lost([Values(0, 1, 2, 9)] int answersLost, [Values] bool repeatsAfterLoss) =>
        Assert.That(Decide(AttemptOutcome.NeverSent, null, answersLost, repeatsAfterLoss), Is.EqualTo(new RetryDecision(Again: true)));

    [Test]
    public void What_is_throttled_is_sent_again_after_the_back_off([Values(0, 9)] int answersLost, [Values] bool repeatsAfterLoss) =>
        Assert.That(Decide(AttemptOutcome.Throttled, null, answersLost, repeatsAfterLoss), Is.EqualTo(new RetryDecision(Again: true)));

    [Test]
    public void An_advised_wait_up_to_the_longest_is_kept([Values(AttemptOutcome.Throttled, AttemptOutcome.Lost)] AttemptOutcome outcome, [Values(0, 7, 60)] int seconds) =>
        Assert.That(Decide(outcome, TimeSpan.FromSeconds(seconds), 1, true), Is.EqualTo(new RetryDecision(Again: true, TimeSpan.FromSeconds(seconds))));

    [Test]
    public void An_advised_wait_beyond_the_longest_is_the_end([Values(AttemptOutcome.Throttled, AttemptOutcome.Lost)] AttemptOutcome outcome) =>
        Assert.That(Decide(outcome, MaxDelay + Tick, 1, true), Is.EqualTo(RetryDecision.Stop));

    [TestCase(1, true, ExpectedResult = true)]
    [TestCase(2, true, ExpectedResult = false)]
    [TestCase(3, true, ExpectedResult = false)]
    [TestCase(1, false, ExpectedResult = false)]
    public bool A_lost_answer_is_asked_for_once_more_and_only_where_that_is_allowed(int answersLost, bool repeatsAfterLoss) =>
        Decide(AttemptOutcome.Lost, null, answersLost, repeatsAfterLoss).Again;

    [Test]
    public void All_else_is_the_end(
        [Values(AttemptOutcome.Succeeded, AttemptOutcome.Refused, AttemptOutcome.NotAnswered, AttemptOutcome.CannotSend, AttemptOutcome.Malformed)] AttemptOutcome outcome,
        [Values(null, 0, 7)] int? retryAfter) =>
        Assert.That(Decide(outcome, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, 0, true), Is.EqualTo(RetryDecision.Stop));

    private static RetryDecision Decide(AttemptOutcome outcome, TimeSpan? retryAfter, int answersLost, bool repeatsAfterLoss) =>
        RetryRules.Decide(outcome, retryAfter, answersLost, repeatsAfterLoss, MaxDelay);
}
