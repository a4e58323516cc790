namespace AuthCode.Tests.Wire;

internal sealed class InstantsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Test]
    public void An_instant_after_another_is_their_sum() => Assert.That(The.Now.SaturatingAdd(The.Hour), Is.EqualTo(The.Now + The.Hour));

    [Test]
    public void There_is_none_after_the_last_one() => Assert.Multiple(static () =>
    {
        Assert.That((DateTimeOffset.MaxValue - Tick - Tick).SaturatingAdd(Tick), Is.EqualTo(DateTimeOffset.MaxValue - Tick));
        Assert.That((DateTimeOffset.MaxValue - Tick).SaturatingAdd(Tick), Is.EqualTo(DateTimeOffset.MaxValue));
        Assert.That((DateTimeOffset.MaxValue - Tick).SaturatingAdd(Tick + Tick), Is.EqualTo(DateTimeOffset.MaxValue));
        Assert.That(The.Now.SaturatingAdd(TimeSpan.MaxValue), Is.EqualTo(DateTimeOffset.MaxValue));
    });
}
