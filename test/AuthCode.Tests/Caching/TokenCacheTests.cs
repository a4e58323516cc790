namespace AuthCode.Tests.Caching;

internal sealed class TokenCacheTests
{
    private readonly SplitClock _time = new();

    [Test]
    public void An_empty_cache_has_nothing() => Assert.That(Find(new TokenCache(_time), Key("a")), Is.Null);

    [Test]
    public void What_was_stored_is_found()
    {
        TokenCache cache = CacheOf((Key("a"), Token("a")), (Key("b"), Token("b")));

        Assert.That(Find(cache, Key("b")), Is.EqualTo("token of b"));
    }

    [Test]
    public void The_newer_token_takes_the_place_of_the_older()
    {
        CachedToken newer = Token("a");
        TokenCache cache = CacheOf((Key("a"), Token("a")), (Key("a"), newer));

        Assert.That(cache.Find(Key("a"), _time.GetUtcNow()), Is.SameAs(newer));
    }

    [TestCase("a", "a b")]
    [TestCase("b", "a b")]
    [TestCase("a openid", "a")]
    public void A_token_granted_more_serves_a_smaller_request(string asked, string granted)
    {
        TokenCache cache = CacheOf((Key("x"), Token(granted)));

        Assert.That(Find(cache, Key(asked)), Is.EqualTo($"token of {granted}"));
    }

    [Test]
    public void A_token_granted_less_serves_the_identical_request_and_no_wider_one()
    {
        TokenCache cache = CacheOf((Key("a b"), Token("a")));

        Assert.Multiple(() =>
        {
            Assert.That(Find(cache, Key("b a")), Is.EqualTo("token of a"));
            Assert.That(Find(cache, Key("a")), Is.EqualTo("token of a"));
            Assert.That(Find(cache, Key("b")), Is.Null);
            Assert.That(Find(cache, Key("a b c")), Is.Null);
        });
    }

    [Test]
    public void A_covering_token_of_another_tenant_CAE_slot_or_claims_does_not_serve()
    {
        TokenCache cache = CacheOf(
            (Key("a b", tenant: "t2"), Token("a b")), (Key("a c", cae: true), Token("a c")));

        Assert.That(Find(cache, Key("a")), Is.Null);
    }

    [Test]
    public void A_due_token_gives_way_to_a_covering_one_that_is_not()
    {
        TokenCache cache = CacheOf((Key("a"), Token("a", lifeSeconds: 400)), (Key("a b"), Token("a b")));
        _time.Advance(TimeSpan.FromSeconds(200));

        Assert.That(Find(cache, Key("a")), Is.EqualTo("token of a b"));
    }

    [TestCase(399)]
    [TestCase(402)]
    public void A_due_token_does_not_give_way_to_a_covering_one_that_is_due_too(int lifeSeconds)
    {
        TokenCache cache = CacheOf((Key("a"), Token("a", lifeSeconds: 400)), (Key("a b"), Token("a b", lifeSeconds)));
        _time.Advance(TimeSpan.FromSeconds(201));

        Assert.That(Find(cache, Key("a")), Is.EqualTo("token of a"));
    }

    [Test]
    public void A_covering_token_that_is_due_serves_where_there_is_no_other()
    {
        TokenCache cache = CacheOf((Key("a b"), Token("a b", lifeSeconds: 400)));
        _time.Advance(TimeSpan.FromSeconds(201));

        Assert.That(Find(cache, Key("a")), Is.EqualTo("token of a b"));
    }

    [Test]
    public void Of_several_covering_tokens_the_one_that_is_due_last_serves()
    {
        TokenCache cache = CacheOf(
            (Key("a b"), Token("a b", lifeSeconds: 1000)), (Key("a c"), Token("a c", lifeSeconds: 3000)), (Key("a d"), Token("a d", lifeSeconds: 2000)));

        Assert.That(Find(cache, Key("a")), Is.EqualTo("token of a c"));
    }

    [Test]
    public void After_claims_the_new_token_serves_with_them_and_without()
    {
        TokenCache cache = CacheOf((Key("a"), Token("a")), (Key("a", claims: "{}"), Token("a new")));

        Assert.That((Find(cache, Key("a", claims: "{}")), Find(cache, Key("a"))), Is.EqualTo(("token of a new", "token of a new")));
    }

    [TestCase("a b", false, null, TestName = "a superset")]
    [TestCase("a", true, null, TestName = "the other CAE slot")]
    [TestCase("a b", true, null, TestName = "a superset in the other CAE slot")]
    public void After_claims_no_older_token_that_touches_the_scopes_serves(string scopes, bool cae, string? claims)
    {
        TokenCacheKey older = Key(scopes, cae: cae, claims: claims);
        TokenCache cache = CacheOf((older, Token(scopes)), (Key("a", claims: "{}"), Token("a")));

        Assert.That(Find(cache, older), Is.Null);
    }

    [Test]
    public void A_token_of_other_claims_stays_unless_the_claims_are_a_revocation([Values] bool isRevocation)
    {
        TokenCacheKey older = Key("a", claims: """{"x":1}""");
        TokenCache cache = CacheOf((older, Token("a")));

        cache.Store(Key("a", claims: "{}"), Token("a new"), _time.GetUtcNow(), isRevocation);

        Assert.That(Find(cache, older), isRevocation ? Is.Null : Is.EqualTo("token of a"));
    }

    [Test]
    public void After_claims_an_older_token_that_was_granted_what_was_asked_serves_no_longer()
    {
        TokenCache cache = CacheOf((Key("z"), Token("a")), (Key("a", claims: "{}"), Token("a")));

        Assert.That(Find(cache, Key("z")), Is.Null);
    }

    [TestCase("a b", "x", "a", "y", TestName = "it was requested with a scope that is requested now")]
    [TestCase("z", "a", "a", "y", TestName = "it was granted a scope that is requested now")]
    [TestCase("z", "x y", ".default", "y", TestName = "it was granted a scope that is granted now")]
    public void After_claims_an_older_token_serves_no_longer_if(string requestedBefore, string grantedBefore, string requested, string granted)
    {
        TokenCacheKey older = Key(requestedBefore);
        TokenCache cache = CacheOf((older, Token(grantedBefore)), (Key(requested, claims: "{}"), Token(granted)));

        Assert.That(Find(cache, older), Is.Null);
    }

    [TestCase("b", "t", TestName = "other scopes")]
    [TestCase("b openid", "t", TestName = "sign-in scopes alone in common")]
    [TestCase("a", "t2", TestName = "another tenant")]
    public void After_claims_older_tokens_of_others_stay(string scopes, string tenant)
    {
        TokenCacheKey other = Key(scopes, tenant);
        TokenCache cache = CacheOf((other, Token(scopes)), (Key("a openid", claims: "{}"), Token("a openid")));

        Assert.That(Find(cache, other), Is.EqualTo($"token of {scopes}"));
    }

    [Test]
    public void A_token_without_claims_leaves_those_that_it_touches()
    {
        TokenCache cache = CacheOf((Key("a b"), Token("a b")), (Key("a"), Token("a")));

        Assert.That(Find(cache, Key("a b")), Is.EqualTo("token of a b"));
    }

    [Test]
    public void A_token_that_is_stored_after_the_wall_clock_was_set_back_is_shown_with_the_end_that_is_left()
    {
        CachedToken token = Token("a");
        _time.SetWall(-TimeSpan.FromHours(2));

        CacheOf((Key("a"), token));

        Assert.That(token.ExpiresOn, Is.EqualTo(The.Now - TimeSpan.FromHours(2) + The.Hour));
    }

    [Test]
    public void Each_token_that_is_stored_is_counted()
    {
        TokenCache cache = CacheOf((Key("a"), Token("a")), (Key("a"), Token("a")), (Key("b"), Token("b")));

        Assert.That(cache.Stores, Is.EqualTo(3));
    }

    [Test]
    public void Cleared_it_has_nothing()
    {
        TokenCache cache = CacheOf((Key("a"), Token("a")));

        cache.Clear();

        Assert.That(Find(cache, Key("a")), Is.Null);
    }

    [Test]
    public void Beyond_2048_tokens_it_forgets_the_eighth_that_expires_first()
    {
        const int Most = 2048;
        var cache = new TokenCache(_time);
        for (int i = 0; i < Most + 1; i++)
        {
            Store(cache, Key($"s{i}"), Token($"s{i}", lifeSeconds: 1000 + i));
        }

        Assert.That(Enumerable.Range(0, Most + 1).Where(i => Find(cache, Key($"s{i}")) is null), Is.EqualTo(Enumerable.Range(0, Most / 8)));
    }

    [Test]
    public void A_hundred_thousand_keys_leave_no_more_than_2048()
    {
        var cache = new TokenCache(_time);
        for (int i = 0; i < 100_000; i++)
        {
            Store(cache, Key($"s{i}"), Token($"s{i}"));
        }

        Assert.That(cache.Count, Is.LessThanOrEqualTo(2048));
    }

    [TestCase(10)]
    [TestCase(1000)]
    public void Those_that_have_expired_go_when_another_comes(int tokens)
    {
        var cache = new TokenCache(_time);
        for (int i = 0; i < tokens; i++)
        {
            Store(cache, Key($"s{i}"), Token($"s{i}", lifeSeconds: 600));
        }

        _time.Advance(TimeSpan.FromMinutes(10));
        Store(cache, Key("last"), Token("last"));

        Assert.That(cache.Count, Is.EqualTo(1));
    }

    [TestCase(64, 1)]
    [TestCase(65, 66)]
    public void Of_up_to_64_those_that_have_expired_go_each_time_another_comes(int tokens, int left)
    {
        var cache = new TokenCache(_time);
        for (int i = 0; i < tokens; i++)
        {
            Store(cache, Key($"s{i}"), Token($"s{i}", lifeSeconds: 30));
        }

        _time.Advance(TimeSpan.FromSeconds(30));
        Store(cache, Key("last"), Token("last"));

        Assert.That(cache.Count, Is.EqualTo(left));
    }

    [Test]
    public void Of_more_they_go_once_a_minute()
    {
        var cache = new TokenCache(_time);
        for (int i = 0; i < 100; i++)
        {
            Store(cache, Key($"s{i}"), Token($"s{i}", lifeSeconds: 30));
        }

        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Store(cache, Key("early"), Token("early"));
        int before = cache.Count;
        _time.Advance(TimeSpan.FromTicks(1));
        Store(cache, Key("last"), Token("last"));

        Assert.That((before, cache.Count), Is.EqualTo((101, 2)));
    }

    private TokenCache CacheOf(params (TokenCacheKey Key, CachedToken Token)[] entries)
    {
        var cache = new TokenCache(_time);
        foreach ((TokenCacheKey key, CachedToken token) in entries)
        {
            Store(cache, key, token);
        }

        return cache;
    }

    private void Store(TokenCache cache, TokenCacheKey key, CachedToken token) => cache.Store(key, token, _time.GetUtcNow());

    private string? Find(TokenCache cache, TokenCacheKey key) => cache.Find(key, _time.GetUtcNow())?.ToAccessToken().Token;

    private CachedToken Token(string granted, long lifeSeconds = 3600) => new(
        $"token of {granted}", new ScopeSet(granted.Split(' ')), TokenLifetime.From(lifeSeconds, null), "Bearer", _time.GetUtcNow(), _time.GetTimestamp());

    private static TokenCacheKey Key(string scopes, string tenant = "t", string? claims = null, bool cae = false) =>
        new(new ScopeSet(scopes.Split(' ')), Tenant.Of(tenant), claims, cae);
}
