namespace AuthCode.Tests.Sessions;

/// <summary>A caller's request, checked before anything is sent for it.</summary>
internal sealed class TokenRequestTests
{
    private const int LongestScopes = 64 * 1024;

    [Test]
    public void Scopes_are_sent_once_each_in_the_callers_order() => Assert.That(From("b", "a", "b").Parameters.Scopes, Is.EqualTo(new[] { "b", "a" }));

    [Test]
    public void No_scope_is_refused() => Assert.That(static () => From(), Refusal.Of("requestContext", "must hold at least one scope, such as https://vault"));

    [TestCase("good", "not good")]
    [TestCase("good", "")]
    [TestCase("good", null)]
    [TestCase("\"", "good")]
    public void One_that_is_no_scope_is_refused(string first, string? second) => Assert.That(
        () => From(first, second!), Refusal.Of("requestContext", "must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3): pass several scopes as several strings."));

    [TestCase(LongestScopes, 0, true)]
    [TestCase(LongestScopes - 1, 1, true)]
    [TestCase(LongestScopes, 1, false)]
    [TestCase(LongestScopes / 2, (LongestScopes / 2) + 1, false)]
    public void Scopes_have_64_KiB_together(int first, int second, bool isTaken)
    {
        string[] scopes = second == 0 ? [new('a', first)] : [new('a', first), new('b', second)];

        Assert.That(() => From(scopes), isTaken ? Throws.Nothing : Refusal.Of("requestContext", "must not be longer than 64 KiB together"));
    }

    [Test]
    public void It_prints_scopes_and_tenant() => Assert.That(From("a", "b").ToString(), Is.EqualTo($"a b of {The.Tenant}"));

    private static TokenRequest From(params string[] scopes) =>
        TokenRequest.From(new TokenCacheKey(new ScopeSet(scopes), Tenant.Of(The.Tenant), null, false), new(scopes), Some.Profile);
}
