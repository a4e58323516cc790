namespace AuthCode.Tests.Sessions;

/// <summary>The stored entries that say that sessions are over: written, read, and read by an instance of another version.</summary>
internal sealed class ServerSessionEntryTests
{
    private static readonly DateTimeOffset On = The.Now.AddTicks(7);

    [Test]
    public void A_session_at_the_server_comes_back_with_its_end()
    {
        ServerSessionEntry entry = ServerSessionEntry.None.With("issuer", "key", On.AddTicks(-1)).WithEnd("issuer", On, On);

        ServerSessionEntry read = ServerSessionEntry.Read(entry.ToBytes())!;

        Assert.That((read.Sessions, read.Ends), Is.EqualTo((entry.Sessions, entry.Ends)).UsingPropertiesComparer());
    }

    [Test]
    public void One_that_does_not_say_when_sign_ins_were_started_is_read() =>
        Assert.That(
            ServerSessionEntry.Read("""{"server_session_format":1,"sessions":[{"iss":"issuer","key":"key"}]}"""u8.ToArray())!.Sessions,
            Is.EqualTo(new[] { ("issuer", "key", default(DateTimeOffset)) }));

    [Test]
    public void Another_sign_in_of_a_session_takes_the_place_of_the_one_before() =>
        Assert.That(
            ServerSessionEntry.None.With("issuer", "key", On).With("issuer", "other", On).With("issuer", "key", On.AddTicks(1)).With("issuer", "key", On).Sessions,
            Is.EqualTo(new[] { ("issuer", "other", On), ("issuer", "key", On.AddTicks(1)) }));

    [TestCase("issuer", -1, true)]
    [TestCase("issuer", 0, false)]
    [TestCase("another", -1, false)]
    public void It_has_ended_for_sign_ins_of_its_issuer_that_were_started_before(string issuer, int ticks, bool hasEnded) =>
        Assert.That(ServerSessionEntry.None.WithEnd("issuer", On, On).HasEndedSince(issuer, On.AddTicks(ticks)), Is.EqualTo(hasEnded));

    [Test]
    public void An_end_is_forgotten_after_ten_minutes() =>
        Assert.That(
            ServerSessionEntry.None.WithEnd("one", On, On).WithEnd("other", On.AddMinutes(10), On.AddMinutes(10)).Ends,
            Is.EqualTo(new[] { ("other", On.AddMinutes(10)) }));

    [Test]
    public void The_same_end_again_changes_nothing()
    {
        ServerSessionEntry entry = ServerSessionEntry.None.WithEnd("issuer", On, On);

        Assert.That(entry.WithEnd("issuer", On, On), Is.SameAs(entry));
    }

    [Test]
    public void An_account_comes_back_with_its_end()
    {
        AccountEntry entry = AccountEntry.None.WithoutSessions(On);

        Assert.That(AccountEntry.Read(entry.ToBytes()), Is.EqualTo(entry));
    }

    [TestCase(-1, 1, true)]
    [TestCase(-1, 0, true)]
    [TestCase(0, 1, false)]
    [TestCase(-2, -1, false)]
    public void An_account_has_ended_for_a_sign_in_that_was_under_way(int redeemed, int now, bool hasEnded) =>
        Assert.That(AccountEntry.None.WithoutSessions(On).HasEndedWithin(On.AddTicks(redeemed), On.AddTicks(now)), Is.EqualTo(hasEnded));
}
