namespace AuthCode.Tests.Caching;

/// <summary>Scopes as a set (RFC 6749 section 3.3). A test writes a set as its scopes with spaces between.</summary>
internal sealed class ScopeSetTests
{
    [TestCase("a", "a")]
    [TestCase("a b", "b a")]
    [TestCase("a b", "a b a")]
    [TestCase("a a b", "a b b")]
    [TestCase("a", "a openid")]
    [TestCase("a", "offline_access a profile openid")]
    [TestCase("a openid", "a profile")]
    [TestCase("openid", "openid openid")]
    [TestCase("openid profile", "profile openid")]
    [TestCase("", "")]
    public void Order_duplicates_and_sign_in_scopes_beside_others_make_no_difference(string one, string other) => Assert.Multiple(() =>
    {
        Assert.That(Set(one), Is.EqualTo(Set(other)));
        Assert.That(Set(other), Is.EqualTo(Set(one)));
        Assert.That(Set(one).GetHashCode(), Is.EqualTo(Set(other).GetHashCode()));
    });

    [TestCase("a", "b")]
    [TestCase("a", "A")]
    [TestCase("a", "a b")]
    [TestCase("a", "")]
    [TestCase("a", "openid")]
    [TestCase("openid", "profile")]
    [TestCase("openid", "OPENID")]
    [TestCase("openid", "openid profile")]
    [TestCase("", "openid")]
    [TestCase("a/", "a")]
    public void Other_scopes_or_letters_of_another_case_make_one(string one, string other) => Assert.Multiple(() =>
    {
        Assert.That(Set(one), Is.Not.EqualTo(Set(other)));
        Assert.That(Set(other), Is.Not.EqualTo(Set(one)));
    });

    [TestCase("a", "a")]
    [TestCase("a", "b a c")]
    [TestCase("b a", "a b")]
    [TestCase("a openid", "a")]
    [TestCase("a", "a openid profile")]
    [TestCase("a offline_access", "openid a b")]
    [TestCase("openid", "openid")]
    [TestCase("openid", "openid profile")]
    public void A_grant_of_at_least_what_is_asked_covers_it(string asked, string granted) =>
        Assert.That(Set(asked).IsCoveredBy(Set(granted)), Is.True);

    [TestCase("a b", "a")]
    [TestCase("a", "b")]
    [TestCase("a", "A")]
    [TestCase("a", "")]
    [TestCase("a", "openid")]
    [TestCase("openid", "a")]
    [TestCase("openid", "a openid")]
    [TestCase("openid profile", "openid")]
    public void A_grant_of_less_or_of_another_kind_does_not(string asked, string granted) =>
        Assert.That(Set(asked).IsCoveredBy(Set(granted)), Is.False);

    [TestCase("a", "a", ExpectedResult = true)]
    [TestCase("a b", "b c", ExpectedResult = true)]
    [TestCase("a", "b", ExpectedResult = false)]
    [TestCase("a", "A", ExpectedResult = false)]
    [TestCase("a openid", "b openid", ExpectedResult = false)]
    [TestCase("openid", "openid profile", ExpectedResult = true)]
    [TestCase("a", "", ExpectedResult = false)]
    public bool Sets_touch_in_a_common_scope_that_counts(string one, string other) => Set(one).Touches(Set(other));

    [TestCase("b a b a c", "b a c")]
    [TestCase("a", "a")]
    [TestCase("openid a openid", "openid a")]
    public void In_order_each_stands_once_where_it_stood_first(string scopes, string expected) =>
        Assert.That(Set(scopes).Copy().Items, Is.EqualTo(expected.Split(' ')));

    [Test]
    public void A_copy_is_not_touched_by_a_change_of_the_array()
    {
        string[] scopes = ["a"];
        var set = new ScopeSet(scopes);
        ScopeSet copy = set.Copy();

        scopes[0] = "b";

        Assert.That((copy, set), Is.EqualTo((Set("a"), Set("b"))));
    }

    [Test]
    public void No_array_is_the_empty_set() => Assert.Multiple(static () =>
    {
        Assert.That(new ScopeSet(null), Is.EqualTo(new ScopeSet([])));
        Assert.That(new ScopeSet(null).Items, Is.Empty);
    });

    [TestCase("")]
    [TestCase("a")]
    [TestCase("openid")]
    public void No_grant_covers_a_request_for_no_scopes(string granted) => Assert.That(Set("").IsCoveredBy(Set(granted)), Is.False);

    [Test]
    public void A_null_among_them_is_no_exception_since_it_is_refused_later() => Assert.Multiple(static () =>
    {
        var set = new ScopeSet([null!, "a"]);
        Assert.That(set.IsCoveredBy(Set("a")), Is.False);
        Assert.That(set, Is.Not.EqualTo(Set("a")));
        Assert.That(set.GetHashCode, Throws.Nothing);
    });

    [Test]
    public void Another_object_is_not_equal() => Assert.That(Set("a").Equals("a"), Is.False);

    private static ScopeSet Set(string scopes) => new(scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
