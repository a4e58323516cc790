namespace AuthCode.Tests.Retries;

/// <summary>The retry table, row by row.</summary>
internal sealed class RetryRulesTests
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Test]
    public void What_was_never_sent_is_sent_again_however_often_responses_were_lost([Values(0, 1, 2, 9)] int lostResponses) =>
        Assert.That(Decide(AttemptOutcome.NeverSent, null, lostResponses, true), Is.EqualTo(new RetryDecision(again: true)));

    [Test]
    public void What_is_throttled_is_sent_again_after_the_back_off([Values(0, 9)] int lostResponses) =>
        Assert.That(Decide(AttemptOutcome.Throttled, null, lostResponses, true), Is.EqualTo(new RetryDecision(again: true)));

    [Test]
    public void An_advised_wait_up_to_the_longest_is_kept([Values(AttemptOutcome.Throttled, AttemptOutcome.Lost)] AttemptOutcome outcome, [Values(1, 7, 60)] int seconds) =>
        Assert.That(Decide(outcome, TimeSpan.FromSeconds(seconds), 1, true), Is.EqualTo(new RetryDecision(again: true, TimeSpan.FromSeconds(seconds))));

    [TestCase(10, 12)]
    [TestCase(56, 60)]
    [TestCase(60, 60)]
    public void A_wait_is_spread_up_to_the_longest(int seconds, int most) => Assert.That(
        RetryRules.Decide(AttemptOutcome.Throttled, TimeSpan.FromSeconds(seconds), 0, mayRepeat: true, MaxDelay, random: 1),
        Is.EqualTo(new RetryDecision(again: true, TimeSpan.FromSeconds(most))));

    [Test]
    public void An_advised_wait_of_nothing_is_the_back_off([Values(AttemptOutcome.Throttled, AttemptOutcome.Lost)] AttemptOutcome outcome) =>
        Assert.That(Decide(outcome, TimeSpan.Zero, 1, true), Is.EqualTo(new RetryDecision(again: true)));

    [Test]
    public void An_advised_wait_beyond_the_longest_is_the_end([Values(AttemptOutcome.Throttled, AttemptOutcome.Lost)] AttemptOutcome outcome) =>
        Assert.That(Decide(outcome, MaxDelay + Tick, 1, true), Is.EqualTo(RetryDecision.Stop));

    [TestCase(1, ExpectedResult = true)]
    [TestCase(2, ExpectedResult = false)]
    [TestCase(3, ExpectedResult = false)]
    public bool A_lost_response_is_requested_once_more(int lostResponses) => Decide(AttemptOutcome.Lost, null, lostResponses, true).Again;

    [Test]
    public void Nothing_is_sent_again_while_a_valid_token_can_be_served([Values] AttemptOutcome outcome) =>
        Assert.That(Decide(outcome, null, 1, false), Is.EqualTo(RetryDecision.Stop));

    [Test]
    public void All_else_is_the_end(
        [Values(AttemptOutcome.Succeeded, AttemptOutcome.Refused, AttemptOutcome.NotOAuth, AttemptOutcome.CannotSend, AttemptOutcome.Malformed)] AttemptOutcome outcome,
        [Values(null, 0, 7)] int? retryAfter) =>
        Assert.That(Decide(outcome, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, 0, true), Is.EqualTo(RetryDecision.Stop));

    private static RetryDecision Decide(AttemptOutcome outcome, TimeSpan? retryAfter, int lostResponses, bool mayRepeat) =>
        RetryRules.Decide(outcome, retryAfter, lostResponses, mayRepeat, MaxDelay, random: 0);
}
