namespace AuthCode.Tests.Retries;

/// <summary>The ranges of the retry options, with each edge from both sides.</summary>
internal sealed class RetryOptionTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly ScriptedEndpoint _endpoint = new();

    private static readonly TestCaseData<TimeSpan>[] Waits =
    [
        new(TimeSpan.Zero) { TestName = "zero" },
        new(Tick) { TestName = "a tick" },
        new(Day) { TestName = "a day" },
    ];

    private static readonly TestCaseData<TimeSpan>[] NoWaits =
    [
        new(-Tick) { TestName = "zero - 1 tick" },
        new(Timeout.InfiniteTimeSpan) { TestName = "infinite" },
        new(Day + Tick) { TestName = "a day + 1 tick" },
        new(TimeSpan.MinValue) { TestName = "the least" },
        new(TimeSpan.MaxValue) { TestName = "the most" },
    ];

    [Test]
    public void The_defaults_are_those_of_Azure_Core()
    {
        TokenRetryOptions retry = new AuthorizationCodeCredentialOptions().Retry;

        Assert.Multiple(() =>
        {
            Assert.That(retry.MaxRetries, Is.EqualTo(3));
            Assert.That(retry.Delay, Is.EqualTo(TimeSpan.FromSeconds(0.8)));
            Assert.That(retry.MaxDelay, Is.EqualTo(TimeSpan.FromSeconds(60)));
            Assert.That(retry.NetworkTimeout, Is.EqualTo(TimeSpan.FromSeconds(100)));
        });
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100)]
    public void MaxRetries_is_taken_from_0_to_100(int value) => Assert.That(() => Make(retry => retry.MaxRetries = value), Throws.Nothing);

    [TestCase(-1)]
    [TestCase(101)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    public void Another_MaxRetries_is_refused(int value) => Assert.That(
        () => Make(retry => retry.MaxRetries = value), Refusal.Of<ArgumentOutOfRangeException>("options", "Retry.MaxRetries must be 0 to 100"));

    [TestCaseSource(nameof(Waits))]
    public void Delay_is_taken_from_zero_to_a_day(TimeSpan value) => Assert.That(() => Make(retry => retry.Delay = value), Throws.Nothing);

    [TestCaseSource(nameof(NoWaits))]
    public void Another_Delay_is_refused(TimeSpan value) => Assert.That(
        () => Make(retry => retry.Delay = value), Refusal.Of<ArgumentOutOfRangeException>("options", "Retry.Delay must be zero to one day"));

    [TestCaseSource(nameof(Waits))]
    public void MaxDelay_is_taken_from_zero_to_a_day(TimeSpan value) => Assert.That(() => Make(retry => retry.MaxDelay = value), Throws.Nothing);

    [TestCaseSource(nameof(NoWaits))]
    public void Another_MaxDelay_is_refused(TimeSpan value) => Assert.That(
        () => Make(retry => retry.MaxDelay = value), Refusal.Of<ArgumentOutOfRangeException>("options", "Retry.MaxDelay must be zero to one day"));

    [TestCase(1L)]
    [TestCase(TimeSpan.TicksPerDay)]
    [TestCase(-TimeSpan.TicksPerMillisecond, Description = "Timeout.InfiniteTimeSpan")]
    public void NetworkTimeout_is_taken_beyond_zero_to_a_day_or_infinite(long ticks) =>
        Assert.That(() => Make(retry => retry.NetworkTimeout = TimeSpan.FromTicks(ticks)), Throws.Nothing);

    [TestCase(0L)]
    [TestCase(-1L)]
    [TestCase(-TimeSpan.TicksPerMillisecond - 1)]
    [TestCase(TimeSpan.TicksPerDay + 1)]
    [TestCase(long.MaxValue)]
    public void Another_NetworkTimeout_is_refused(long ticks) => Assert.That(
        () => Make(retry => retry.NetworkTimeout = TimeSpan.FromTicks(ticks)),
        Refusal.Of<ArgumentOutOfRangeException>("options", "Retry.NetworkTimeout must be more than zero and one day at most"));

    private AuthorizationCodeCredential Make(Action<TokenRetryOptions> configure) => Some.Credential(_endpoint, configure: options => configure(options.Retry));
}
