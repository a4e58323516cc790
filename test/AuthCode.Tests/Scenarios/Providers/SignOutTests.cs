using System.Net;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>The end of a session: revocation (RFC 7009), and the address to sign out at the server.</summary>
internal sealed class SignOutTests(bool isAsync) : ProviderFixture(isAsync)
{
    [Test]
    public async Task The_refresh_token_is_revoked_and_the_credential_ended()
    {
        AuthorizationCodeCredential credential = Credential(static options => options.ClientAuthentication = ClientAuthentication.Secret(The.Secret));
        await GetToken(credential, "read");

        bool isRevoked = await credential.RevokeAsync();

        SentRequest sent = Server.At("/revoke").Single();
        Assert.Multiple(() =>
        {
            Assert.That(isRevoked, Is.True);
            Assert.That((sent["token"], sent["token_type_hint"], sent["client_id"], sent["client_secret"]), Is.EqualTo(("refresh-1", "refresh_token", The.Client, The.Secret)));
            Assert.That(() => GetToken(credential, "read"), Throws.TypeOf<ObjectDisposedException>());
        });
    }

    [Test]
    public async Task A_session_that_is_revoked_twice_is_told_once()
    {
        AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "read");

        Assert.That((await credential.RevokeAsync(), await credential.RevokeAsync(), Server.At("/revoke").Count), Is.EqualTo((true, false, 1)));
    }

    [Test]
    public async Task A_server_that_is_busy_leaves_the_session_as_it_was()
    {
        Func<SentRequest, HttpResponseMessage> good = Server.Answers["/revoke"];
        Server.Answers["/revoke"] = static _ => Provider.Error("temporarily_unavailable", HttpStatusCode.ServiceUnavailable, ("Retry-After", "5"));
        AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "read");

        Assert.That(
            () => credential.RevokeAsync(),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("refused the revocation of the refresh token")
                .And.Property("Response").Property("RetryAfter").EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That((await GetToken(credential, "write")).Token, Is.EqualTo("access-2"));
        Server.Answers["/revoke"] = good;
        Assert.That(await credential.RevokeAsync(), Is.True);
    }

    [Test]
    public async Task A_server_without_revocation_is_told_nothing_and_the_credential_ends()
    {
        Server.Metadata.Remove("revocation_endpoint");
        AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "read");

        Assert.That((await credential.RevokeAsync(), Server.At("/revoke").Count), Is.EqualTo((false, 0)));
        Assert.That(() => GetToken(credential, "read"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Entra_ID_is_told_nothing_and_the_credential_ends()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token());
        AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential);

        Assert.That(await credential.RevokeAsync(), Is.False);
        endpoint.Verify();
        Assert.That(() => GetToken(credential), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Before_the_first_token_there_is_nothing_to_revoke()
    {
        AuthorizationCodeCredential credential = Credential();

        Assert.That((await credential.RevokeAsync(), Server.Requests.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public async Task A_canceled_caller_leaves_the_session_as_it_was()
    {
        AuthorizationCodeCredential credential = Credential();
        await GetToken(credential, "read");

        Assert.That(() => credential.RevokeAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await GetToken(credential, "read")).Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task The_sign_out_address_says_who_and_where_to()
    {
        AuthorizationCodeClient client = Client();
        SignedInUser user = await SignIn(client, claims: static token => token["login_hint"] = "ada");

        Uri url = await client.CreateSignOutUriAsync(new Uri("https://app.example/bye"), user, "state-1");

        Assert.Multiple(() =>
        {
            Assert.That(url.GetLeftPart(UriPartial.Path), Is.EqualTo("https://op.example/logout"));
            Assert.That(QueryOf(url), Is.EquivalentTo(new Dictionary<string, string>
            {
                ["client_id"] = The.Client,
                ["post_logout_redirect_uri"] = "https://app.example/bye",
                ["id_token_hint"] = user.IdToken,
                ["logout_hint"] = "ada",
                ["state"] = "state-1",
            }));
        });
    }

    [Test]
    public async Task A_later_request_signs_out_with_the_ID_token_that_the_service_kept()
    {
        SignedInUser user = await SignIn(Client(), claims: static token => token["login_hint"] = "ada");
        Time.Advance(TimeSpan.FromDays(30));
        AuthorizationCodeClient later = Client();

        Uri url = await later.CreateSignOutUriAsync(user.IdToken, new Uri("https://app.example/bye"), "state-1");

        Assert.That(QueryOf(url), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["client_id"] = The.Client,
            ["post_logout_redirect_uri"] = "https://app.example/bye",
            ["id_token_hint"] = user.IdToken,
            ["logout_hint"] = "ada",
            ["state"] = "state-1",
        }));
    }

    private static IEnumerable<TestCaseData> ForeignTokens()
    {
        yield return Row("empty", "");
        yield return Row("no token", Refusal.Canary);
        yield return Row("an opaque token", $"{Refusal.Canary}.{Refusal.Canary}.{Refusal.Canary}");
        yield return Row("of another server", Provider.IdToken(null, static token => token["iss"] = "https://evil.example"));
        yield return Row("of no server", Provider.IdToken(null, static token => token.Remove("iss")));
        yield return Row("for another client", Provider.IdToken(null, static token => token["aud"] = "another"));
        yield return Row("for no client", Provider.IdToken(null, static token => token.Remove("aud")));
        yield return Row("encrypted", Provider.IdToken(null) + ".a.b");

        static TestCaseData Row(string name, string token) => new TestCaseData(token).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(ForeignTokens))]
    public void What_is_no_ID_token_of_the_server_for_the_client_goes_into_no_address(string idToken)
    {
        Assert.That(() => Client().CreateSignOutUriAsync(idToken, The.Redirect), Refusal.Of("idToken", "The ID token must be one of this client and server"));
        Assert.That(Server.Requests, Is.Empty);
    }

    [Test]
    public void Bad_arguments_of_a_later_sign_out_are_refused_by_their_names() => Assert.Multiple(() =>
    {
        Assert.That(() => Client().CreateSignOutUriAsync((string)null!, The.Redirect), Refusal.OfNull("idToken"));
        Assert.That(
            () => Client().CreateSignOutUriAsync(Provider.IdToken(null), new Uri("/bye", UriKind.Relative)), Refusal.Of("postLogoutRedirectUri", "must be absolute"));
    });

    [Test]
    public async Task The_sign_out_address_of_Entra_ID_needs_no_request()
    {
        var client = new AuthorizationCodeClient(The.Tenant, The.Client);

        Uri url = await client.CreateSignOutUriAsync();

        Assert.That(url.AbsoluteUri, Is.EqualTo($"https://login.microsoftonline.com/{The.Tenant}/oauth2/v2.0/logout?client_id={The.Client}"));
    }

    [Test]
    public void A_server_without_sign_out_is_told()
    {
        Server.Metadata.Remove("end_session_endpoint");

        Assert.That(() => Client().CreateSignOutUriAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("does not offer sign-out"));
    }

    [Test]
    public void A_plain_server_has_no_sign_out_and_no_metadata()
    {
        AuthorizationCodeClient client = Client(server: AuthorizationServer.OAuthServer(new Uri(Provider.AuthorizationEndpoint), new Uri(Provider.TokenEndpoint)));

        Assert.That(
            () => client.CreateSignOutUriAsync(),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("by its endpoints alone").And.Message.Not.Contains("its metadata has"));
    }

    [Test]
    public void A_relative_address_to_come_back_to_is_refused() => Assert.That(
        () => Client().CreateSignOutUriAsync(new Uri("/bye", UriKind.Relative)), Refusal.Of("postLogoutRedirectUri", "must be absolute"));
}
