namespace AuthCode.Tests.Caching;

/// <summary>Equality of keys is the specification of the cache: what differs here gets another token.</summary>
internal sealed class TokenCacheKeyTests
{
    private static readonly TokenCacheKey[] Different =
    [
        Key("a"),
        Key("A"),
        Key("b"),
        Key("a b"),
        Key("openid"),
        Key("a", tenant: "t2"),
        Key("a", claims: "{}"),
        Key("a", claims: "{ }"),
        Key("a", claims: """{"A":1}"""),
        Key("a", claims: """{"a":1}"""),
        Key("a", cae: true),
        Key("a", claims: "{}", cae: true),
        Key("a", tenant: "t2", cae: true),
    ];

    [Test]
    public void Keys_that_differ_in_scopes_tenant_claims_or_CAE_are_different([Range(0, 12)] int one, [Range(0, 12)] int other) =>
        Assert.That((Different[one] == Different[other], Different[one] != Different[other]), Is.EqualTo((one == other, one != other)));

    [Test]
    public void None_of_them_finds_another_in_a_dictionary()
    {
        var found = Different.Select(static (key, index) => (key, index)).ToDictionary(static pair => pair.key, static pair => pair.index);

        Assert.That(Different.Select(key => found[key]), Is.EqualTo(Enumerable.Range(0, Different.Length)));
    }

    [Test]
    public void Keys_that_are_equal_have_equal_hashes()
    {
        TokenCacheKey one = Key("a b openid", "Contoso.example", """{"x":1}""", cae: true);
        TokenCacheKey other = Key("b a a", "contoso.EXAMPLE", """{"x":1}""", cae: true);

        Assert.That((one == other, one.GetHashCode()), Is.EqualTo((true, other.GetHashCode())));
    }

    [Test]
    public void The_plain_key_is_that_without_claims_in_the_same_CAE_slot([Values] bool cae) =>
        Assert.That(Key("a", claims: "{}", cae: cae).Plain, Is.EqualTo(Key("a", cae: cae)));

    [Test]
    public void The_key_with_CAE_is_that_of_the_same_request_otherwise([Values] bool cae) =>
        Assert.That(Key("a", claims: "{}", cae: cae).WithCae, Is.EqualTo(Key("a", claims: "{}", cae: true)));

    [TestCase("a", "t", null, true, ExpectedResult = true, TestName = "Other scopes are the same slot")]
    [TestCase("b", "T", null, true, ExpectedResult = true, TestName = "A tenant in another case is the same slot")]
    [TestCase("b", "u", null, true, ExpectedResult = false, TestName = "Another tenant is another slot")]
    [TestCase("b", "t", "{}", true, ExpectedResult = false, TestName = "Other claims are another slot")]
    [TestCase("b", "t", null, false, ExpectedResult = false, TestName = "Without CAE is another slot")]
    public bool A_slot_is_all_but_the_scopes(string scope, string tenant, string? claims, bool cae) =>
        Key("b", "t", cae: true).IsSameSlotAs(Key(scope, tenant, claims, cae));

    [Test]
    public void A_copy_is_equal_and_not_touched_by_a_change_of_the_callers_array()
    {
        string[] scopes = ["a"];
        TokenCacheKey copy = new TokenCacheKey(new ScopeSet(scopes), Tenant.Of("t"), null, false).Copy();

        scopes[0] = "b";

        Assert.That(copy, Is.EqualTo(Key("a")));
    }

    private static TokenCacheKey Key(string scopes, string tenant = "t", string? claims = null, bool cae = false) =>
        new(new ScopeSet(scopes.Split(' ')), Tenant.Of(tenant), claims, cae);
}
