namespace AuthCode.Tests.Retries;

/// <summary>How far waits are spread: a fifth, within bounds.</summary>
internal sealed class JitterTests
{
    [TestCase(1, 1.5)]
    [TestCase(2, 2.5)]
    [TestCase(2.5, 3)]
    [TestCase(3, 3.6)]
    [TestCase(24, 28.8)]
    [TestCase(25, 30)]
    [TestCase(26, 31)]
    [TestCase(3600, 3605)]
    public void A_wait_becomes_longer_by_a_fifth_at_most_and_by_half_a_second_to_five(double wait, double most) => Assert.Multiple(() =>
    {
        TimeSpan from = TimeSpan.FromSeconds(wait);
        TimeSpan to = TimeSpan.FromSeconds(most);
        Assert.That(Jitter.Spread(from, random: 0), Is.EqualTo(from));
        Assert.That(Jitter.Spread(from, random: 0.5), Is.EqualTo(from + ((to - from) / 2)));
        Assert.That(Jitter.Spread(from, random: 1), Is.EqualTo(to));
    });

    [Test]
    public void The_random_number_is_from_zero_to_one_and_not_always_the_same()
    {
        double[] numbers = [.. Enumerable.Range(0, 1000).Select(static _ => Jitter.Next())];

        Assert.Multiple(() =>
        {
            Assert.That(numbers, Is.All.InRange(0, 1));
            Assert.That(numbers.Min(), Is.LessThan(0.25));
            Assert.That(numbers.Max(), Is.GreaterThan(0.75));
        });
    }
}
