namespace AuthCode.Tests.Caching;

/// <summary>From the server's seconds to expiry and renewal.</summary>
internal sealed class TokenLifetimeTests
{
    private const long LongestLife = 365 * 24 * 60 * 60;

    [TestCase(0, 0)]
    [TestCase(1, 1)]
    [TestCase(3599, 3599)]
    [TestCase(86_400, 86_400)]
    [TestCase(LongestLife - 1, LongestLife - 1)]
    [TestCase(LongestLife, LongestLife)]
    [TestCase(LongestLife + 1, LongestLife)]
    [TestCase(9_999_999_999, LongestLife)]
    [TestCase(long.MaxValue, LongestLife)]
    public void A_token_lives_as_long_as_the_server_says_and_a_year_at_most(long expiresIn, long seconds) =>
        Assert.That(TokenLifetime.From(expiresIn, null).Life, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void Without_expires_in_it_lives_5_minutes() =>
        Assert.That(TokenLifetime.From(null, null).Life, Is.EqualTo(TimeSpan.FromMinutes(5)));

    [TestCase(null, 7200)]
    [TestCase(3600L, 3600)]
    public void Without_expires_in_it_lives_as_long_as_the_caller_says(long? expiresIn, int seconds) =>
        Assert.That(TokenLifetime.From(expiresIn, null, unstated: TimeSpan.FromHours(2)).Life, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase(3600, 3300)]
    [TestCase(601, 301)]
    [TestCase(600, 300)]
    [TestCase(599, 299.5)]
    [TestCase(300, 150)]
    [TestCase(1, 0.5)]
    [TestCase(0, 0)]
    [TestCase(LongestLife, LongestLife - 300)]
    [TestCase(long.MaxValue, LongestLife - 300)]
    public void It_is_due_5_minutes_before_its_end_or_at_half_of_a_life_under_10_minutes(long expiresIn, double seconds) =>
        Assert.That(TokenLifetime.From(expiresIn, null).DueAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void Without_expires_in_it_is_due_at_half_of_its_life([Values(null, 1L, 299L, 3600L)] long? refreshIn) =>
        Assert.That(TokenLifetime.From(null, refreshIn).DueAfter, Is.EqualTo(TimeSpan.FromMinutes(2.5)));

    [TestCase(3600, 30)]
    [TestCase(3600, 1800)]
    [TestCase(3600, 3599)]
    [TestCase(300, 299)]
    public void The_servers_refresh_in_wins(long expiresIn, long refreshIn) =>
        Assert.That(TokenLifetime.From(expiresIn, refreshIn).DueAfter, Is.EqualTo(TimeSpan.FromSeconds(refreshIn)));

    [TestCase(3600, 1, 30)]
    [TestCase(3600, 29, 30)]
    [TestCase(60, 1, 30)]
    [TestCase(50, 1, 25)]
    [TestCase(1, 1, 0.5)]
    public void It_is_due_no_sooner_than_30_seconds_after_it_was_acquired_or_half_of_its_life(long expiresIn, long refreshIn, double due) =>
        Assert.That(TokenLifetime.From(expiresIn, refreshIn).DueAfter, Is.EqualTo(TimeSpan.FromSeconds(due)));

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(3600)]
    [TestCase(3601)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public void A_refresh_in_outside_of_the_life_is_ignored(long refreshIn) =>
        Assert.That(TokenLifetime.From(3600, refreshIn).DueAfter, Is.EqualTo(TimeSpan.FromSeconds(3300)));

    [Test]
    public void A_refresh_in_beyond_the_longest_life_is_none() =>
        Assert.That(TokenLifetime.From(LongestLife + 100, LongestLife + 50).DueAfter, Is.EqualTo(TimeSpan.FromSeconds(LongestLife - 300)));
}
