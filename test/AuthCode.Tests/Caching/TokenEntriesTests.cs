namespace AuthCode.Tests.Caching;

/// <summary>Entries whose keys have one hash, since they differ in claims and CAE alone, and one that has another.</summary>
internal sealed class TokenEntriesTests
{
    private static readonly TokenCacheKey[] Keys = [Key("a"), Key("a", cae: true), Key("a", claims: "{}"), Key("b")];

    private TokenEntries _entries;

    [Test]
    public void Each_is_found_and_counted_once_however_often_it_is_set()
    {
        SetAll("old");
        SetAll("new");

        Assert.That((_entries.Count, All()), Is.EqualTo((4, "new 0, new 1, new 2, new 3")));
        Assert.That(Keys.Select(Find), Is.EqualTo(new[] { "new 0", "new 1", "new 2", "new 3" }));
    }

    [Test]
    public void One_that_is_set_twice_is_one()
    {
        Set(0, "old");
        Set(0, "new");

        Assert.That((_entries.Count, All()), Is.EqualTo((1, "new 0")));
    }

    [Test]
    public void One_that_is_removed_leaves_the_others([Range(0, 3)] int removed)
    {
        SetAll("token");

        _entries.Remove(Keys[removed]);

        string[] others = [.. Enumerable.Range(0, 4).Where(i => i != removed).Select(static i => $"token {i}")];
        Assert.That((_entries.Count, All(), Find(Keys[removed])), Is.EqualTo((3, string.Join(", ", others), (string?)null)));
        Assert.That(Keys.Select(Find).OfType<string>(), Is.EqualTo(others));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void What_is_not_there_can_be_removed(int there)
    {
        for (int i = 0; i < there; i++)
        {
            Set(i, "token");
        }

        _entries.Remove(Keys[3]);
        _entries.Remove(Key("c"));

        Assert.That((_entries.Count, _entries.All().Count()), Is.EqualTo((there, there)));
    }

    [Test]
    public void All_can_be_removed_and_set_again()
    {
        SetAll("old");
        Array.ForEach(Keys, key => _entries.Remove(key));
        int left = _entries.Count;
        SetAll("new");

        Assert.That((left, _entries.Count, All()), Is.EqualTo((0, 4, "new 0, new 1, new 2, new 3")));
    }

    [TestCase(1)]
    [TestCase(4)]
    public void Cleared_there_are_none(int there)
    {
        for (int i = 0; i < there; i++)
        {
            Set(i, "token");
        }

        _entries.Clear();

        Assert.That((_entries.Count, All()), Is.EqualTo((0, "")));
        Assert.That(Keys.Select(Find), Is.All.Null);
    }

    private void SetAll(string token)
    {
        for (int i = 0; i < Keys.Length; i++)
        {
            Set(i, token);
        }
    }

    private void Set(int number, string token) =>
        _entries.Set(Keys[number], new CachedToken($"{token} {number}", Keys[number].Scopes, TokenLifetime.From(3600, null), "Bearer", The.Now, 0));

    private string? Find(TokenCacheKey key) => _entries.Find(key)?.Token.ToAccessToken().Token;

    private string All() => string.Join(", ", _entries.All().Select(static entry => entry.Token.ToAccessToken().Token).OrderBy(static text => text, StringComparer.Ordinal));

    private static TokenCacheKey Key(string scope, string? claims = null, bool cae = false) => new(new ScopeSet([scope]), Tenant.Of("t"), claims, cae);
}
