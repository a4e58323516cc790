using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Metadata that lacks what a call needs, and that the server corrects before the day is over.</summary>
internal sealed class CorrectedMetadataTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string MetadataPath = "/tenant-1/.well-known/openid-configuration";
    private const string Keys = "jwks_uri";
    private const string Pushed = "pushed_authorization_request_endpoint";
    private const string Revocation = "revocation_endpoint";
    private const string SignOut = "end_session_endpoint";
    private const string UserInfo = "userinfo_endpoint";

    [TestCase(Keys, null)]
    [TestCase(Keys, "http://keys.op.example/keys")]
    [TestCase(Pushed, null)]
    [TestCase(SignOut, null)]
    [TestCase(UserInfo, null)]
    [TestCase(UserInfo, "http://op.example/userinfo")]
    public async Task What_a_call_needs_is_found_after_the_correction(string member, string? wrong)
    {
        string right = Server.Metadata[member]!.GetValue<string>();
        Server.Metadata[member] = wrong;
        AuthorizationCodeClient client = ClientFor(member);
        Func<Task> call = await CallOf(member, client);
        Assert.That(call, Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(member));
        Server.Metadata[member] = right;
        Assert.That(call, Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(member));
        int early = Server.At(MetadataPath).Count;
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(call, Throws.Nothing);

        Assert.That((early, Server.At(MetadataPath).Count), Is.EqualTo((1, 2)));
    }

    [TestCase(Keys)]
    [TestCase(Pushed)]
    [TestCase(SignOut)]
    [TestCase(UserInfo)]
    public async Task What_is_not_corrected_is_looked_for_once_a_minute_at_most(string member)
    {
        Server.Metadata.Remove(member);
        AuthorizationCodeClient client = ClientFor(member);
        Func<Task> call = await CallOf(member, client);
        int[] read = new int[3];
        for (int minute = 0; minute < read.Length; minute++)
        {
            Assert.That(call, Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(member));
            Assert.That(call, Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(member));
            read[minute] = Server.At(MetadataPath).Count;
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(read, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Tokens_are_revoked_once_the_server_offers_it()
    {
        string right = Server.Metadata[Revocation]!.GetValue<string>();
        Server.Metadata.Remove(Revocation);
        AuthorizationCodeClient client = Client();
        SignedInUser[] users = [await SignIn(client), await SignIn(client), await SignIn(client)];
        bool before = await users[0].Credential.RevokeAsync();
        Server.Metadata[Revocation] = right;
        bool early = await users[1].Credential.RevokeAsync();
        int read = Server.At(MetadataPath).Count;
        Time.Advance(TimeSpan.FromMinutes(1));
        bool late = await users[2].Credential.RevokeAsync();

        Assert.Multiple(() =>
        {
            Assert.That((before, early, late), Is.EqualTo((false, false, true)));
            Assert.That((read, Server.At(MetadataPath).Count, Server.At("/revoke").Count), Is.EqualTo((1, 2, 1)));
        });
    }

    [Test]
    public async Task Metadata_that_cannot_be_read_again_leaves_the_message_as_it_is()
    {
        Server.Metadata.Remove(SignOut);
        AuthorizationCodeClient client = Client();
        Assert.That(() => client.CreateSignOutUriAsync(), Throws.TypeOf<AuthenticationFailedException>());
        Server.Answers[MetadataPath] = static _ => new HttpResponseMessage(HttpStatusCode.InternalServerError);
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(() => client.CreateSignOutUriAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("does not offer sign-out"));
        Assert.That(await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]), Is.Not.Null);
    }

    [Test]
    public void A_server_that_hangs_is_waited_for_for_some_seconds()
    {
        Server.Metadata.Remove(SignOut);
        AuthorizationCodeClient client = Client();
        Assert.That(() => client.CreateSignOutUriAsync(), Throws.TypeOf<AuthenticationFailedException>());
        using var release = new ManualResetEventSlim();
        Server.Answers[MetadataPath] = _ =>
        {
            release.Wait();
            return Provider.Json(HttpStatusCode.OK, Server.Metadata);
        };
        Time.Advance(TimeSpan.FromMinutes(1));

        Task<Uri> call = client.CreateSignOutUriAsync();
        Assert.That(() => Server.At(MetadataPath).Count, Is.EqualTo(2).After(5000, 20));
        Time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        bool isOver = call.IsCompleted;
        Time.Advance(TimeSpan.FromTicks(1));

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => call.WaitAsync(TimeSpan.FromSeconds(10)));
        release.Set();
        Assert.That(isOver, Is.False);
        Assert.That(failure!.Message, Does.Contain("does not offer sign-out"));
    }

    [Test]
    public async Task Users_sign_in_once_the_server_says_that_it_issues_ID_tokens()
    {
        Server.Metadata["scopes_supported"] = new JsonArray("email");
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction early = (await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"])).Transaction;
        Assert.That(() => SignIn(client, early), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("issues no ID tokens"));
        Server.Metadata["id_token_signing_alg_values_supported"] = new JsonArray("RS256");
        Time.Advance(TimeSpan.FromMinutes(1));

        // It asked for no ID token, so that none can come with its code.
        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => SignIn(client, early));
        int sent = Server.At("/token").Count;
        SignedInUser user = await SignIn(client);

        Assert.Multiple(() =>
        {
            Assert.That((failure!.IsSignInRequired, sent), Is.EqualTo((true, 0)));
            Assert.That(failure.Message, Does.StartWith("The sign-in did not request an ID token"));
            Assert.That(user.Subject, Is.EqualTo(Provider.Subject));
        });
    }

    [Test]
    public void A_logout_token_is_taken_once_the_server_says_that_it_issues_ID_tokens()
    {
        Server.Metadata["scopes_supported"] = new JsonArray("email");
        AuthorizationCodeClient client = Client();
        string token = Provider.Sign(Provider.LogoutToken(Time.GetUtcNow(), subject: Provider.Subject));
        Assert.That(() => client.Sessions.EndByLogoutTokenAsync(token).AsTask(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("issues no ID tokens"));
        Server.Metadata.Remove("scopes_supported");
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(() => client.Sessions.EndByLogoutTokenAsync(token).AsTask(), Throws.Nothing);
    }

    private AuthorizationCodeClient ClientFor(string member) => Client(atServer: options => options.UsePushedAuthorization = member == Pushed);

    private async Task<Func<Task>> CallOf(string member, AuthorizationCodeClient client)
    {
        SignedInUser? user = member == UserInfo ? await SignIn(client) : null;
        return member switch
        {
            Keys => () => SignIn(client),
            Pushed => () => client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]),
            SignOut => () => client.CreateSignOutUriAsync(),
            _ => () => client.GetUserInfoAsync(user!),
        };
    }
}
