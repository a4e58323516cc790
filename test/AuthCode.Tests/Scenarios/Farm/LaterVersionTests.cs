using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A session that an instance with a later version of the library has stored, in a format that this version cannot read.</summary>
internal sealed class LaterVersionTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task Where_a_refresh_token_works_once_a_refresh_waits_for_the_later_version_and_nothing_ends()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignInThatALaterVersionRefreshes(client);

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));

        Assert.That((failure.IsTransient, failure.IsSignInRequired, Refreshes, Ended.Count), Is.EqualTo((true, false, 1, 0)));
        Assert.That(failure.Message, Does.StartWith("A later version of this library has stored the session"));
    }

    [Test]
    public async Task What_a_sign_in_brings_is_kept_as_unstored()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignInThatALaterVersionRefreshes(client);
        int before = await client.Sessions.StorePendingAsync();

        await SignIn(client, upgrade: user);

        Assert.That((before, await client.Sessions.StorePendingAsync()), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Where_a_refresh_token_works_again_nothing_need_be_kept()
    {
        IsTolerant = true;
        AuthorizationCodeClient client = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable);
        SignedInUser user = await SignInThatALaterVersionRefreshes(client);

        AccessToken token = await Refresh(user.Credential, 2);

        Assert.That((token.Token[..9], await client.Sessions.StorePendingAsync()), Is.EqualTo(("access-3-", 0)));
    }

    [Test]
    public async Task A_later_version_that_writes_back_what_was_lost_ends_nothing()
    {
        AuthorizationCodeClient client = Instance(time: new HastyClock());
        SignedInUser user = await SignIn(client);
        KeyValuePair<string, StoredSession>[] entries = [.. Store.Entries];
        Store.Flush();
        int looks = 0;
        Store.Before = operation =>
        {
            if (operation == "read" && ++looks == 4)
            {
                WriteBack();
            }

            return Task.CompletedTask;
        };

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));

        Assert.That((failure.IsTransient, Ended.Count, Refreshes), Is.EqualTo((true, 0, 0)));

        void WriteBack()
        {
            Protector.ReadsLaterFormat = true;
            foreach ((string key, StoredSession session) in entries)
            {
                Store.Set(key, session);
            }
        }
    }

    [Test]
    public async Task It_is_looked_at_once_in_RevalidateAfter()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(static options => options.RevalidateAfter = TimeSpan.FromMinutes(1), time: time);
        SignedInUser user = await SignInThatALaterVersionRefreshes(client);
        time.Advance(TimeSpan.FromMinutes(1));
        int before = Store.Reads;

        await client.Sessions.FindAsync(user.SessionKey);
        int first = Store.Reads;
        await client.Sessions.FindAsync(user.SessionKey);

        Assert.That((first > before, Store.Reads), Is.EqualTo((true, first)));
    }

    private async Task<SignedInUser> SignInThatALaterVersionRefreshes(AuthorizationCodeClient client)
    {
        SignedInUser user = await SignIn(client);
        Protector.Rewrite = AesProtector.InLaterFormat;
        await Refresh(await On(Instance(), user.SessionKey), 1);
        Protector.Rewrite = null;
        return user;
    }
}
