using System.Globalization;

namespace AuthCode.Tests.Retries;

internal sealed class RetryAfterHeaderTests
{
    private static readonly DateTimeOffset Server = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);

    [TestCase("0", 0)]
    [TestCase("1", 1)]
    [TestCase("120", 120)]
    [TestCase("86400", 86400)]
    [TestCase("2147483647", 2147483647)]
    public void Seconds_are_taken_as_they_are(string value, int seconds) => Assert.That(Read(value), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("-5")]
    [TestCase("1.5")]
    [TestCase("soon")]
    [TestCase("120, 60")]
    [TestCase("2147483648")]
    [TestCase("99999999999")]
    [TestCase("0x10")]
    [TestCase("1e3")]
    [TestCase("Mon, 99 Nov 2026 04:00:00 GMT")]
    public void Garbage_counts_as_absent(string value) => Assert.That(Read(value), Is.Null);

    [Test]
    public void Absent_is_absent()
    {
        using var answer = new HttpResponseMessage();

        Assert.That(RetryAfterHeader.Read(answer.Headers, The.Now), Is.Null);
    }

    [TestCase(7, 7)]
    [TestCase(3600, 3600)]
    [TestCase(1, 1)]
    [TestCase(0, 1)]
    [TestCase(-1, 1)]
    [TestCase(-86_400, 1)]
    public void A_date_counts_from_the_servers_own_clock_and_a_past_one_is_a_second(int after, int seconds)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.Date = Server;
        answer.Headers.RetryAfter = new(Server.AddSeconds(after));

        // Our own clock is five days off.
        Assert.That(RetryAfterHeader.Read(answer.Headers, Server.AddDays(5)), Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase(7, 7)]
    [TestCase(-7, 1)]
    public void Without_the_servers_clock_a_date_counts_from_ours(int after, int seconds)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.RetryAfter = new(The.Now.AddSeconds(after));

        Assert.That(RetryAfterHeader.Read(answer.Headers, The.Now), Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public void A_date_is_read_in_the_form_of_the_wire() =>
        Assert.That(Read(Server.AddSeconds(90).ToString("R", CultureInfo.InvariantCulture)), Is.EqualTo(TimeSpan.FromSeconds(90)));

    private static TimeSpan? Read(string value)
    {
        // As from the wire, where nothing validates the value before it is read.
        using var answer = new HttpResponseMessage();
#pragma warning disable RS0030
        answer.Headers.TryAddWithoutValidation("Retry-After", value);
#pragma warning restore RS0030
        return RetryAfterHeader.Read(answer.Headers, Server);
    }
}
