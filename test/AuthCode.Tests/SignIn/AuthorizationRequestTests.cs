namespace AuthCode.Tests.SignIn;

/// <summary>The address that the user's browser is sent to.</summary>
internal sealed class AuthorizationRequestTests : SignInFixture
{
    private static readonly string[] Scopes = [The.Vault];

    [Test]
    public void It_has_all_that_the_flow_needs()
    {
        AuthorizationRequest request = Client().CreateAuthorizationRequest(The.Redirect, Scopes);
        IReadOnlyDictionary<string, string> query = QueryOf(request.Uri);

        Assert.Multiple(() =>
        {
            Assert.That(request.Uri.GetLeftPart(UriPartial.Path), Is.EqualTo($"https://{The.AuthorityHost}/{The.Tenant}/oauth2/v2.0/authorize"));
            Assert.That(query["client_id"], Is.EqualTo(The.Client));
            Assert.That(query["response_type"], Is.EqualTo("code"));
            Assert.That(query["redirect_uri"], Is.EqualTo(The.Redirect.OriginalString));
            Assert.That(query["response_mode"], Is.EqualTo("query"));
            Assert.That(query["scope"], Is.EqualTo($"{The.Vault} openid profile offline_access"));
            Assert.That(query["state"], Is.EqualTo(request.Transaction.State));
            Assert.That(query["nonce"], Has.Length.EqualTo(43));
            Assert.That(query["code_challenge"], Has.Length.EqualTo(43));
            Assert.That(query["code_challenge_method"], Is.EqualTo("S256"));
            Assert.That(query.Keys.Order(), Is.EqualTo(new[] { "client_id", "client_info", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_mode", "response_type", "scope", "state" }));
            Assert.That(Endpoint.Requests, Is.Empty);
        });
    }

    [Test]
    public void It_has_what_the_options_ask()
    {
        var options = new AuthorizationRequestOptions
        {
            ResponseMode = AuthorizationResponseMode.FormPost,
            LoginHint = "ada@contoso.example",
            DomainHint = "contoso.example",
            Prompt = "select_account",
            Claims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""",
            ExtraParameters = { ["ui_locales"] = "de en", ["x&y"] = "a=b" },
        };

        IReadOnlyDictionary<string, string> query = QueryOf(Client().CreateAuthorizationRequest(The.Redirect, Scopes, options).Uri);

        Assert.Multiple(() =>
        {
            Assert.That(query["response_mode"], Is.EqualTo("form_post"));
            Assert.That(query["login_hint"], Is.EqualTo("ada@contoso.example"));
            Assert.That(query["domain_hint"], Is.EqualTo("contoso.example"));
            Assert.That(query["prompt"], Is.EqualTo("select_account"));
            Assert.That(query["claims"], Is.EqualTo(options.Claims));
            Assert.That(query["ui_locales"], Is.EqualTo("de en"));
            Assert.That(query["x%26y"], Is.EqualTo("a=b"));
        });
    }

    [Test]
    public void Two_share_no_state_nonce_or_verifier_and_no_verifier_is_in_an_address()
    {
        AuthorizationCodeClient client = Client();
        AuthorizationRequest one = client.CreateAuthorizationRequest(The.Redirect, Scopes);
        AuthorizationRequest other = client.CreateAuthorizationRequest(The.Redirect, Scopes);

        Assert.Multiple(() =>
        {
            Assert.That(new[] { "state", "nonce", "code_challenge" }.Where(name => QueryOf(one.Uri)[name] == QueryOf(other.Uri)[name]), Is.Empty);
            Assert.That(one.Uri.OriginalString, Does.Not.Contain(one.Transaction.CodeVerifier.Value));
            Assert.That(QueryOf(one.Uri)["code_challenge"], Is.EqualTo(Pkce.ChallengeOf(one.Transaction.CodeVerifier)));
        });
    }

    [TestCase("common", "/common/oauth2/v2.0/authorize")]
    [TestCase("fabrikam.example", "/fabrikam.example/oauth2/v2.0/authorize")]
    [TestCase("adfs", "/adfs/oauth2/authorize")]
    public void It_goes_to_the_tenants_endpoint(string tenant, string path) =>
        Assert.That(Client(tenant).CreateAuthorizationRequest(The.Redirect, Scopes).Uri.AbsolutePath, Is.EqualTo(path));

    [Test]
    public void Scopes_of_several_APIs_may_be_consented_to_at_once_and_none_stands_twice() => Assert.That(
        QueryOf(Client().CreateAuthorizationRequest(The.Redirect, [The.Vault, "openid", The.Storage, The.Vault]).Uri)["scope"],
        Is.EqualTo($"{The.Vault} openid {The.Storage} profile offline_access"));

    [Test]
    public void The_redirect_URI_is_sent_as_it_was_written() => Assert.That(
        QueryOf(Client().CreateAuthorizationRequest(new Uri("HTTPS://App.Example:443/a/../b%2f?x=%41"), Scopes).Uri)["redirect_uri"],
        Is.EqualTo("HTTPS://App.Example:443/a/../b%2f?x=%41"));

    [Test]
    public void Bad_arguments_are_refused_by_their_names() => Assert.Multiple(() =>
    {
        AuthorizationCodeClient client = Client();
        Assert.That(() => client.CreateAuthorizationRequest(null!, Scopes), Refusal.OfNull("redirectUri"));
        Assert.That(() => client.CreateAuthorizationRequest(new Uri("https://a.example/#x"), Scopes), Refusal.Of("redirectUri", "The redirect URI must be"));
        Assert.That(() => client.CreateAuthorizationRequest(The.Redirect, null!), Refusal.OfNull("scopes"));
        Assert.That(() => client.CreateAuthorizationRequest(The.Redirect, []), Refusal.Of("scopes", "Pass at least one scope"));
        Assert.That(() => client.CreateAuthorizationRequest(The.Redirect, ["a b"]), Refusal.Of("scopes", "Pass at least one scope"));
        Assert.That(() => client.CreateAuthorizationRequest(The.Redirect, [null!]), Refusal.Of("scopes", "Pass at least one scope"));
        Assert.That(() => Ask(static options => options.Claims = "[]"), Refusal.Of("options", "Claims must be a JSON object"));
        Assert.That(() => Ask(static options => options.ResponseMode = (AuthorizationResponseMode)7), Refusal.Of("options", "ResponseMode must be"));
        Assert.That(() => Ask(static options => options.Lifetime = TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Ask(static options => options.Lifetime = TimeSpan.FromDays(2)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [TestCase("client_id")]
    [TestCase("redirect_uri")]
    [TestCase("state")]
    [TestCase("nonce")]
    [TestCase("code_challenge")]
    [TestCase("code_challenge_method")]
    [TestCase("response_type")]
    [TestCase("login_hint")]
    [TestCase(" ")]
    public void An_extra_parameter_cannot_replace_one_of_its_own(string name) =>
        Assert.That(() => Ask(options => options.ExtraParameters[name] = "x"), Refusal.Of("options", $"ExtraParameters must not hold '{name}'"));

    [TestCase("id_token_hint")]
    [TestCase("ID_Token_Hint")]
    public void The_ID_token_of_a_user_is_refused_with_what_to_set_instead(string name)
    {
        string problem = $"must not hold '{name}', since no request but a sign-out carries the ID token of a user: set LoginHint of the authorization request";
        Assert.Multiple(() =>
        {
            Assert.That(() => Ask(options => options.ExtraParameters[name] = Refusal.Canary), Refusal.Of("options", $"ExtraParameters {problem}"));
            Assert.That(
                () => AuthorizationServer.OpenIdProvider(The.Authority, new AuthorizationServerOptions { AuthorizationParameters = { [name] = Refusal.Canary } }),
                Refusal.Of("options", $"AuthorizationParameters {problem}"));
        });
    }

    [TestCase("client_secret")]
    [TestCase("code")]
    [TestCase("request")]
    public void A_parameter_of_another_request_is_refused_as_such(string name) =>
        Assert.That(() => Ask(options => options.ExtraParameters[name] = "x"), Refusal.Of("options", $"ExtraParameters must not hold '{name}': the library sets it itself, or the request has no such parameter."));

    [Test]
    public void It_prints_no_parameter()
    {
        AuthorizationRequest request = Client().CreateAuthorizationRequest(The.Redirect, Scopes);

        Assert.That(request.ToString(), Is.EqualTo($"https://{The.AuthorityHost}/{The.Tenant}/oauth2/v2.0/authorize"));
        Assert.That(request.Transaction.ToString(), Does.Not.Contain(request.Transaction.State).And.Not.Contain(request.Transaction.CodeVerifier.Value));
    }

    private AuthorizationRequest Ask(Action<AuthorizationRequestOptions> configure)
    {
        var options = new AuthorizationRequestOptions();
        configure(options);
        return Client().CreateAuthorizationRequest(The.Redirect, Scopes, options);
    }
}
