using Azure.Core;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A session that the server has refused while the store could be read and not written.</summary>
internal sealed class UntoldEndTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly HastyClock _time = new();

    private int _refusals;

    [Test]
    public async Task A_refused_token_is_not_sent_again_while_the_store_cannot_be_told()
    {
        AuthorizationCodeClient client = Instance(static options => options.KeepAccessTokens = false, time: _time);
        SignedInUser user = await SignIn(client);
        await RefuseWhileReadOnly(user.Credential, "refresh-1-");
        _time.Skip(TimeSpan.FromHours(2));

        UserSession? again = await client.Sessions.FindAsync(user.SessionKey);
        AuthenticationFailedException failure = await Failure(again?.Credential ?? user.Credential, Both("""{"access_token":{"d":null}}"""));

        Assert.That((failure.IsSignInRequired, _refusals, await client.Sessions.StorePendingAsync()), Is.EqualTo((true, 1, 1)));
    }

    [Test]
    public async Task The_store_is_told_once_it_takes_writes()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance();
        SignedInUser user = await SignIn(one);
        await RefuseWhileReadOnly(user.Credential, "refresh-1-");

        int left = await Told(one);

        Assert.That((left, await other.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((0, (UserSession?)null)));
    }

    [Test]
    public async Task The_end_of_one_branch_does_not_end_another_that_was_stored_meanwhile()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.Before = ReadOnly;
        await GetToken(user.Credential, Both("""{"access_token":{"a":null}}"""));
        await GetToken(user.Credential, Both("""{"access_token":{"b":null}}"""));
        await RefuseWhileReadOnly(user.Credential, "refresh-3-");
        Store.Before = null;
        await GetToken(elsewhere, Both("{}"));

        int left = await Told(one);
        AccessToken token = await GetToken((await On(one, user.SessionKey)), Both("""{"access_token":{"e":null}}"""));

        Assert.That((left, token.Token.Length > 0, await other.Sessions.GetStatusAsync(user.SessionKey)), Is.EqualTo((0, true, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task A_new_sign_in_leaves_no_end_to_tell()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        SignedInUser user = await SignIn(client);
        await RefuseWhileReadOnly(user.Credential, "refresh-1-");
        await SignIn(client, upgrade: user);

        int left = await Told(client);

        Assert.That((left, await Instance().Sessions.GetStatusAsync(user.SessionKey)), Is.EqualTo((0, UserSessionStatus.Alive)));
    }

    [Test]
    public async Task What_a_touch_of_another_instance_has_stored_is_marked_too()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);
        Store.Before = ReadOnly;
        await GetToken(user.Credential, Both("""{"access_token":{"a":null}}"""));
        await RefuseWhileReadOnly(user.Credential, "refresh-2-");
        Store.Before = null;
        await other.Sessions.SetDataAsync(user.SessionKey, new byte[] { 1 });

        int left = await Told(one);

        Assert.That((left, await Instance().Sessions.FindAsync(user.SessionKey), Replays), Is.EqualTo((0, (UserSession?)null, 0)));
    }

    // A store that has refused a write is left alone for a moment.
    private Task<int> Told(AuthorizationCodeClient client)
    {
        Store.Before = null;
        _time.Skip(TimeSpan.FromSeconds(2));
        return client.Sessions.StorePendingAsync();
    }

    private async Task RefuseWhileReadOnly(TokenCredential credential, string refreshToken)
    {
        Store.Before = ReadOnly;
        Func<SentRequest, HttpResponseMessage> others = Server.Answers["/token"];
        Server.Answers["/token"] = sent =>
        {
            if (sent["refresh_token"]?.StartsWith(refreshToken, StringComparison.Ordinal) != true)
            {
                return others(sent);
            }

            _refusals++;
            return Provider.Error("invalid_grant");
        };
        await Failure(credential, Both("""{"access_token":{"c":null}}"""));
    }

    private static Task ReadOnly(string operation) => operation == "read" ? Task.CompletedTask : throw new IOException("the store is read-only");

    // All scopes of the session, so that a refusal is one of the token.
    private static TokenRequestContext Both(string claims) => new(["a", "b"], claims: claims);
}
