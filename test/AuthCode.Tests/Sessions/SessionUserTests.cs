namespace AuthCode.Tests.Sessions;

internal sealed class SessionUserTests
{
    private static readonly TokenSubject Ada = new("https://op.example/ä", "sub\"ü€😀", "oid-1", 100, "client-1", ulong.MaxValue, null, "sid-1");

    private static IEnumerable<TestCaseData> Users()
    {
        yield return new TestCaseData(Ada, "oid-1.tenant-1").SetArgDisplayNames("of Entra ID");
        yield return new TestCaseData(Ada, Ada.KeyOf(homeTenant: null)).SetArgDisplayNames("of another server");
        yield return new TestCaseData(Ada, "the account").SetArgDisplayNames("with an account that cannot be computed");
        yield return new TestCaseData(Ada, "").SetArgDisplayNames("with an empty account");
        yield return new TestCaseData(Ada, "oid-1.").SetArgDisplayNames("with an account without a tenant");
        yield return new TestCaseData(Ada with { ObjectId = "" }, ".tenant-1").SetArgDisplayNames("with an empty object ID");
        yield return new TestCaseData(Ada with { ObjectId = "a|b" }, "a|b.tenant-1").SetArgDisplayNames("with a separator in the object ID");
        yield return new TestCaseData(Ada with { ObjectId = null, ServerSession = null, AuthorizedParty = null, AuthenticatedOn = null, NonceHash = 0 }, "x").SetArgDisplayNames("with nothing else");
        yield return new TestCaseData(Ada with { AuthenticatedOn = long.MinValue }, "x").SetArgDisplayNames("authenticated at no instant");
    }

    [TestCaseSource(nameof(Users))]
    public void A_user_comes_back_as_it_was(TokenSubject subject, string accountKey)
    {
        var user = new SessionUser(subject, accountKey, new TextPool());

        Assert.That((user.Subject, user.AccountKey, user.Issuer, user.ServerSession), Is.EqualTo((subject, accountKey, subject.Issuer, subject.ServerSession)));
    }

    [Test]
    public void Its_audiences_come_back() =>
        Assert.That(new SessionUser(Ada with { Audiences = ["a", "b"] }, "x", new TextPool()).Subject.Audiences, Is.EqualTo(new[] { "a", "b" }));

    [TestCaseSource(nameof(Users))]
    public void It_has_its_account_and_no_other(TokenSubject subject, string accountKey)
    {
        var user = new SessionUser(subject, accountKey, new TextPool());

        Assert.That((HasAccount(user, accountKey), HasAccount(user, accountKey + "x")), Is.EqualTo((true, false)));
    }

    private static bool HasAccount(SessionUser user, string accountKey) => user.HasAccount(accountKey, SessionUser.HashOf(accountKey));
}
