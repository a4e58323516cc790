using System.Text;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>What must outlive a process: one value, to bytes and back, from which a session goes on.</summary>
internal sealed class SessionSnapshotTests
{
    private const string Claims = """{"access_token":{"acrs":{"value":"c1"}}}""";

    private readonly FakeTimeProvider _time = new(The.Now);

    [Test]
    public async Task A_session_goes_on_in_another_process_where_it_was()
    {
        var before = new ScriptedEndpoint(Answer.Token("access-1", refreshToken: "refresh-1"), Answer.Token("access-2", refreshToken: "refresh-2"));
        var after = new ScriptedEndpoint(Answer.Token("access-3"));
        using TokenSession first = Client(before).Sessions.Begin(The.Code, redirectUri: null, codeVerifier: null);
        await AcquireAsync(first, The.Vault);
        await AcquireAsync(first, The.Storage);
        byte[] bytes = await BytesOfAsync(first);
        _time.Advance(TimeSpan.FromMinutes(10));

        using SessionSnapshot snapshot = SessionSnapshot.Read(bytes, new TextPool())!;
        using TokenSession second = Client(after).Sessions.Resume(snapshot);
        AccessToken vault = await AcquireAsync(second, The.Vault);
        AccessToken storage = await AcquireAsync(second, The.Storage);
        _time.Advance(The.Hour);
        AccessToken renewed = await AcquireAsync(second, The.Vault);

        Assert.Multiple(() =>
        {
            Assert.That((vault.Token, storage.Token, renewed.Token), Is.EqualTo(("access-1", "access-2", "access-3")));
            Assert.That(vault.ExpiresOn, Is.EqualTo(The.Now + The.Hour));
            Assert.That(after.Requests.Single()["refresh_token"], Is.EqualTo("refresh-2"));
        });
    }

    [Test]
    public async Task An_entry_of_an_earlier_version_was_refreshed_when_the_user_signed_in()
    {
        using TokenSession session = Client(new ScriptedEndpoint(Answer.Token())).Sessions.Begin(The.Code, null, null);
        await AcquireAsync(session, The.Vault);
        string now = Encoding.UTF8.GetString(await BytesOfAsync(session));
        string earlier = System.Text.RegularExpressions.Regex.Replace(now, "\"refreshed\":-?[0-9]+,", "");

        using SessionSnapshot known = SessionSnapshot.Read(Encoding.UTF8.GetBytes(now), new TextPool())!, unknown = SessionSnapshot.Read(Encoding.UTF8.GetBytes(earlier), new TextPool())!;

        Assert.That((known.RefreshedOn, unknown.RefreshedOn), Is.EqualTo((The.Now.ToUniversalTime(), known.SignedInOn)));
        Assert.That(earlier, Is.Not.EqualTo(now));
    }

    [Test]
    public async Task It_comes_back_from_bytes_as_it_was()
    {
        using TokenSession session = Client(new ScriptedEndpoint(Answer.Token(), Answer.Token("access-2"))).Sessions.Begin(The.Code, null, null);
        await AcquireAsync(session, The.Vault);
        await AcquireAsync(session, The.Storage, Claims, cae: true);
        await session.IdentifyAsync(new TokenSubject("https://op.example/ä", "sub\"1", "oid-1"), "the account", "the hint", CancellationToken.None);
        byte[] bytes = await BytesOfAsync(session);

        using SessionSnapshot snapshot = SessionSnapshot.Read(bytes, new TextPool())!;

        Assert.Multiple(() =>
        {
            Assert.That(snapshot.ToBytes(), Is.EqualTo(bytes));
            Assert.That(snapshot.Facts.User!.Subject, Is.EqualTo(new TokenSubject("https://op.example/ä", "sub\"1", "oid-1")));
            Assert.That((snapshot.Facts.User!.AccountKey, snapshot.Facts.Version), Is.EqualTo(("the account", 2L)));
            Assert.That(snapshot.Tokens.Select(static token => (token.Key.Claims, token.Key.IsCaeEnabled)), Is.EquivalentTo(new[] { (null, false), (Claims, true), (null, true) }));
            Assert.That(snapshot.ToString(), Does.Not.Contain("refresh").And.Not.Contain("access"));
        });
    }

    [Test]
    public async Task How_the_user_signed_in_is_kept_and_binds_the_refreshes_of_the_next_process()
    {
        using TokenSession session = Client(new ScriptedEndpoint(Answer.Token())).Sessions.Begin(The.Code, null, null);
        await AcquireAsync(session, The.Vault);
        var user = new TokenSubject("https://op.example", "ada", null, AuthenticatedOn: 100, "client-1", NonceHash: ulong.MaxValue, ["client-1", "api"]);
        await session.IdentifyAsync(user, "the account", null, CancellationToken.None);

        using SessionSnapshot snapshot = SessionSnapshot.Read(await BytesOfAsync(session), new TextPool())!;
        TokenSubject kept = snapshot.Facts.User!.Subject;

        Assert.Multiple(() =>
        {
            Assert.That((kept with { Audiences = null }, kept.Audiences), Is.EqualTo((user with { Audiences = null }, user.Audiences)));
            Assert.That(kept.IsSame(user), Is.True);
            Assert.That(kept.IsSame(user with { AuthenticatedOn = 99 }), Is.False);
            Assert.That(kept.IsSame(user with { AuthorizedParty = null }), Is.False);
            Assert.That(kept.IsSame(user with { NonceHash = 1 }), Is.False);
            Assert.That(kept.IsSame(user with { Audiences = null }), Is.False);
        });
    }

    [Test]
    public async Task There_is_none_before_the_first_token_and_none_after_the_end()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(refreshToken: null));
        using TokenSession session = Client(endpoint).Sessions.Begin(The.Code, null, null);

        SessionSnapshot? pending = await session.SnapshotAsync(CancellationToken.None);
        await AcquireAsync(session, The.Vault);
        SessionSnapshot? ended = await session.SnapshotAsync(CancellationToken.None);

        Assert.That((pending, ended), Is.EqualTo(((SessionSnapshot?)null, (SessionSnapshot?)null)));
    }

    [Test]
    public async Task A_refresh_token_that_is_rotated_later_is_not_wiped_in_the_snapshot()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(refreshToken: "refresh-1"), Answer.Token(refreshToken: "refresh-2"));
        using TokenSession session = Client(endpoint).Sessions.Begin(The.Code, null, null);
        await AcquireAsync(session, The.Vault);
        using SessionSnapshot? snapshot = await session.SnapshotAsync(CancellationToken.None);

        await AcquireAsync(session, The.Storage);

        Assert.That(Encoding.UTF8.GetString(snapshot!.RefreshToken!.Utf8), Is.EqualTo("refresh-1"));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"format":2,"version":1,"refresh_token":"r","tokens":[]}""")]
    [TestCase("""{"format":1,"version":1,"refresh_token":"","tokens":[]}""")]
    [TestCase("""{"format":1,"version":1,"refresh_token":7,"tokens":[]}""")]
    [TestCase("""{"format":1,"refresh_token":"r","tokens":[]}""")]
    [TestCase("""{"format":1,"version":1,"refresh_token":"r"}""")]
    [TestCase("""{"format":1,"version":1,"refresh_token":"r","tokens":[{}]}""")]
    [TestCase("""{"format":1,"version":1,"version":2,"refresh_token":"r","tokens":[]}""")]
    [TestCase("""{"format":1,"version":1,"refresh_token":"r","tokens":[{"scopes":["s"],"tenant":"t","cae":false,"granted":["s"],"token":"a","type":"Bearer","expires_on":9223372036854775807,"due_on":0}]}""")]
    public void Other_bytes_are_none(string text) => Assert.That(SessionSnapshot.Read(Encoding.UTF8.GetBytes(text), new TextPool()), Is.Null);

    private ConfiguredClient Client(ScriptedEndpoint endpoint)
    {
        AuthorizationCodeClientOptions options = Some.ClientOptions(endpoint);
        options.TimeProvider = _time;
        return ConfiguredClient.Create(The.Tenant, The.Client, options);
    }

    private static async Task<AccessToken> AcquireAsync(TokenSession session, string scope, string? claims = null, bool cae = false)
    {
        var key = new TokenCacheKey(new ScopeSet([scope]), Tenant.Of(The.Tenant), claims, cae);
        var request = TokenRequest.From(key, Some.Request(scope, claims, cae: cae), session.Profile);
        return (await session.AcquireAsync(request, CancellationToken.None)).OrThrow(request).ToAccessToken();
    }

    private static async Task<byte[]> BytesOfAsync(TokenSession session)
    {
        using SessionSnapshot? snapshot = await session.SnapshotAsync(CancellationToken.None);
        return snapshot!.ToBytes();
    }
}
