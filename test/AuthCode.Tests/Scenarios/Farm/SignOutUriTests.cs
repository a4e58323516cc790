namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>The address to sign out at the server, on an instance that has not signed the user in.</summary>
internal sealed class SignOutUriTests(bool isAsync) : FarmFixture(isAsync)
{
    private static readonly Uri Back = new("https://app.example/bye");

    [Test]
    public async Task It_says_who_signs_out_on_each_instance()
    {
        AuthorizationCodeClient one = Instance(), alone = Alone();
        SignedInUser user = await SignIn(one), other = await SignIn(alone);

        Assert.That(
            (await Instance().Sessions.CreateSignOutUriAsync(user.SessionKey, Back, "state-1"), await alone.Sessions.CreateSignOutUriAsync(other.SessionKey, Back)),
            Is.EqualTo((await one.CreateSignOutUriAsync(Back, user, "state-1"), await one.CreateSignOutUriAsync(Back, other))));
    }

    [Test]
    public async Task After_a_further_sign_in_it_is_that_one_s()
    {
        AuthorizationCodeClient one = Instance();
        SignedInUser user = await SignIn(one);
        SignedInUser again = await SignIn(one, upgrade: user);

        Assert.That(await one.Sessions.CreateSignOutUriAsync(user.SessionKey, Back), Is.EqualTo(await one.CreateSignOutUriAsync(Back, again)).And.Not.EqualTo(await one.CreateSignOutUriAsync(Back, user)));
    }

    [TestCase("ended")]
    [TestCase("unknown")]
    [TestCase("down")]
    public async Task Without_the_session_it_says_nobody(string how)
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient client = Instance();
        if (how == "ended")
        {
            await client.Sessions.EndAsync(user.SessionKey);
        }

        Store.IsDown = how == "down";

        Assert.That(await client.Sessions.CreateSignOutUriAsync(how == "unknown" ? "x" : user.SessionKey, Back), Is.EqualTo(await client.CreateSignOutUriAsync(Back)));
    }

    [Test]
    public void Its_arguments_are_checked()
    {
        UserSessions sessions = Instance().Sessions;

        Assert.That(() => sessions.CreateSignOutUriAsync(null!, Back), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("sessionKey"));
        Assert.That(() => sessions.CreateSignOutUriAsync("x", new Uri("/bye", UriKind.Relative)), Throws.ArgumentException.With.Property("ParamName").EqualTo("postLogoutRedirectUri"));
    }
}
