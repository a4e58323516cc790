using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>What a user's new sign-in brought goes on, however often another instance has refreshed what was there before.</summary>
internal sealed class LaterSignInTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task It_could_not_be_stored_when_it_was_made()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = Instance();
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.IsDown = true;
        await SignIn(one, upgrade: user);
        Store.IsDown = false;
        await Refresh(elsewhere, 1);
        await Refresh(elsewhere, 2);
        time.Advance(TimeSpan.FromSeconds(2));

        int left = await one.Sessions.FlushAsync();
        await Refresh(elsewhere, 3);

        Assert.That((left, LastRefreshToken), Is.EqualTo((0, "refresh-2-")), "of the new sign-in, on the instance that had refreshed the one before");
    }

    [Test]
    public async Task Its_lease_is_lost_before_it_is_stored()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        int writes = 0;
        Store.Before = async operation =>
        {
            // The first is that of the state, which is spent before the code is redeemed.
            if (operation == "write" && ++writes == 2)
            {
                Store.Before = null;
                Leases.Expire();
                await Refresh(elsewhere, 1);
            }
        };

        await SignIn(one, upgrade: user);
        await Refresh(user.Credential, 2);

        Assert.That(LastRefreshToken, Is.EqualTo("refresh-2-"));
    }

    [Test]
    public async Task It_is_stored_while_another_instance_refreshes()
    {
        AuthorizationCodeClient one = Instance(withLeases: false), other = Instance(withLeases: false);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        OnRefresh = async _ =>
        {
            OnRefresh = null;
            await SignIn(one, upgrade: user);
        };
        await Refresh(elsewhere, 1);

        await Refresh(elsewhere, 2);

        Assert.That(LastRefreshToken, Is.EqualTo("refresh-2-"));
    }

    private string LastRefreshToken => Server.At("/token").Last(static sent => sent["grant_type"] == "refresh_token")["refresh_token"]![..10];
}
