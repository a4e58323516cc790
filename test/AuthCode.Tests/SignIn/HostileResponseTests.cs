namespace AuthCode.Tests.SignIn;

/// <summary>Responses that an attacker, a proxy or a double click brings: refused before anything is sent, and the sign-in that is under way goes on.</summary>
internal sealed class HostileResponseTests : SignInFixture
{
    [TestCase("http://app.example/signin-oidc")]
    [TestCase("https://evil.example/signin-oidc")]
    [TestCase("https://app.example:8443/signin-oidc")]
    [TestCase("https://app.example/signin-other")]
    [TestCase("https://app.example/signin-oidc/")]
    [TestCase("https://app.example/Signin-oidc")]
    [TestCase("https://app.example/signin-oidc/../other")]
    public void A_response_at_another_address_is_refused_and_the_sign_in_goes_on(string address)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        Assert.That(
            () => client.CreateCredential(transaction, new Uri($"{address}?code=c&state={transaction.State}")),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("arrived at another address"));
        Assert.That(() => client.CreateCredential(transaction, new Uri($"{The.Redirect}?code=c&state={transaction.State}")).Dispose(), Throws.Nothing);
    }

    [TestCase("https://APP.example/signin-oidc")]
    [TestCase("https://app.example:443/signin-oidc")]
    public void The_same_address_in_other_letters_is_the_same(string address)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        Assert.That(() => client.CreateCredential(transaction, new Uri($"{address}?code=c&state={transaction.State}")).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_response_is_taken_once_however_often_its_transaction_is_read()
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;
        string cookie = transaction.Serialize();
        Uri callback = CallbackWith(("code", "c"), ("state", transaction.State));

        client.CreateCredential(AuthorizationTransaction.Parse(cookie), callback).Dispose();

        Assert.That(
            () => client.CreateCredential(AuthorizationTransaction.Parse(cookie), callback), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("taken before"));
    }

    [Test]
    public void An_error_ends_the_sign_in_too()
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        Assert.That(() => client.CreateCredential(transaction, CallbackWith(("error", "access_denied"), ("state", transaction.State))), Throws.TypeOf<AuthorizationRefusedException>());
        Assert.That(
            () => client.CreateCredential(transaction, CallbackWith(("code", "c"), ("state", transaction.State))),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("taken before"));
    }

    [TestCase("error", "x")]
    [TestCase("code", "c")]
    [TestCase("error_description", "d")]
    [TestCase("error_uri", "u")]
    [TestCase("session_state", "s")]
    [TestCase("id_token", "i")]
    [TestCase("client_info", "i")]
    [TestCase("scope", "s")]
    public void A_parameter_that_stands_twice_is_refused(string name, string value)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;
        (string, string)[] twice = [(name, value), (name, value), ("state", transaction.State)];

        Assert.That(
            () => client.CreateCredential(transaction, CallbackWith([.. twice, .. name == "code" ? [] : new[] { ("code", "c") }])),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(name is "code" or "error" ? "neither one code nor one error" : name));
    }

    [TestCase("access_denied", true, false)]
    [TestCase("login_required", true, false)]
    [TestCase("interaction_required", true, false)]
    [TestCase("consent_required", true, false)]
    [TestCase("account_selection_required", true, false)]
    [TestCase("temporarily_unavailable", false, true)]
    [TestCase("server_error", false, true)]
    [TestCase("invalid_scope", false, false)]
    [TestCase("unauthorized_client", false, false)]
    [TestCase("invalid_request", false, false)]
    [TestCase("unsupported_response_type", false, false)]
    [TestCase("something_new", false, false)]
    public void A_new_sign_in_is_asked_for_only_where_it_can_help(string error, bool needsSignIn, bool isTransient)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        AuthorizationRefusedException? refusal = Assert.Throws<AuthorizationRefusedException>(
            () => client.CreateCredential(transaction, CallbackWith(("error", error), ("state", transaction.State))));

        Assert.That((refusal!.IsSignInRequired, refusal.IsTransient), Is.EqualTo((needsSignIn, isTransient)));
    }

    [Test]
    public async Task An_issuer_that_is_not_configured_is_refused_with_the_option_to_set()
    {
        AuthorizationServer server = AuthorizationServer.OAuthServer(new Uri("https://github.example/authorize"), new Uri("https://github.example/token"));
        var client = new AuthorizationCodeClient(server, The.Client, new AuthorizationCodeClientOptions { HttpClient = new HttpClient(Endpoint), TimeProvider = Time });
        AuthorizationTransaction transaction = (await client.CreateAuthorizationRequestAsync(The.Redirect, ["repo"])).Transaction;

        Assert.That(
            () => client.CreateCredential(transaction, CallbackWith(("code", "c"), ("state", transaction.State), ("iss", "https://github.example/login/oauth"))),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("AuthorizationServerOptions.Issuer").And.Property("IsSignInRequired").False);
    }

    [Test]
    public async Task A_server_without_ID_tokens_is_told_before_the_code_is_spent()
    {
        AuthorizationServer server = AuthorizationServer.OAuthServer(new Uri("https://op.example/authorize"), new Uri("https://op.example/token"));
        var client = new AuthorizationCodeClient(server, The.Client, new AuthorizationCodeClientOptions { HttpClient = new HttpClient(Endpoint), TimeProvider = Time });
        AuthorizationTransaction transaction = (await client.CreateAuthorizationRequestAsync(The.Redirect, ["repo"])).Transaction;
        Uri callback = CallbackWith(("code", "c"), ("state", transaction.State));

        Assert.That(() => client.CompleteSignInAsync(transaction, callback), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("need metadata"));
        Assert.That(() => client.CreateCredential(transaction, callback).Dispose(), Throws.Nothing);
        Assert.That(Endpoint.Requests, Is.Empty);
    }

    [Test]
    public void A_transaction_that_could_not_be_read_again_is_not_made()
    {
        string[] scopes = [.. Enumerable.Range(0, 200).Select(static number => $"https://api.example/{new string('x', 100)}{number}")];

        Assert.That(
            () => Client().CreateAuthorizationRequestAsync(The.Redirect, scopes), Refusal.Of("scopes", "The scopes and ACR values are too long"));
    }

    [Test]
    public async Task The_longest_transaction_that_is_made_can_be_read()
    {
        string[] scopes = [.. Enumerable.Range(0, 100).Select(static number => $"https://api.example/{new string('x', 70)}{number}")];

        AuthorizationRequest request = await Client().CreateAuthorizationRequestAsync(The.Redirect, scopes);

        Assert.That(AuthorizationTransaction.Parse(request.Transaction.Serialize()).State, Is.EqualTo(request.Transaction.State));
    }
}
