namespace AuthCode.Tests.SignIn;

/// <summary>Callbacks, good and hostile: nothing is sent before all has been checked.</summary>
internal sealed class AuthorizationResponseTests : SignInFixture
{
    private const string Code = "the-code";

    private AuthorizationTransaction Transaction => Client().CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

    [TearDown]
    public void Nothing_was_sent() => Assert.That(Endpoint.Requests, Is.Empty);

    [Test]
    public void A_state_that_is_missing_wrong_or_repeated_is_refused()
    {
        AuthorizationTransaction transaction = Transaction;
        string state = transaction.State;

        Assert.Multiple(() =>
        {
            ExpectRefusal(transaction, "its state is missing", ("code", Code));
            ExpectRefusal(transaction, "its state is missing", ("code", Code), ("state", ""));
            ExpectRefusal(transaction, "its state is missing", ("code", Code), ("state", state[..^1]));
            ExpectRefusal(transaction, "its state is missing", ("code", Code), ("state", state + "A"));
            ExpectRefusal(transaction, "its state is missing", ("code", Code), ("state", Transaction.State));
            ExpectRefusal(transaction, "its state is missing", ("code", Code), ("state", state), ("state", state));
            ExpectRefusal(transaction, "its state is missing", ("code", Code), ("State", state));
            ExpectRefusal(transaction, "its state is missing", ("error", "access_denied"));
        });

        // None of them ended the sign-in of the browser that it belongs to.
        Assert.That(() => Client().CreateCredential(transaction, CallbackWith(("code", Code), ("state", state))), Throws.Nothing);
    }

    [Test]
    public void A_transaction_serves_one_callback()
    {
        AuthorizationTransaction transaction = Transaction;
        Client().CreateCredential(transaction, CallbackWith(("code", Code), ("state", transaction.State))).Dispose();

        ExpectRefusal(transaction, "has been taken before", ("code", Code), ("state", transaction.State));
    }

    [Test]
    public void Of_many_callbacks_at_once_one_is_taken()
    {
        AuthorizationTransaction transaction = Transaction;
        Uri callback = CallbackWith(("code", Code), ("state", transaction.State));
        AuthorizationCodeClient client = Client();
        int taken = 0;

        Parallel.For(0, 64, _ =>
        {
            try
            {
                client.CreateCredential(transaction, callback).Dispose();
                Interlocked.Increment(ref taken);
            }
            catch (AuthenticationFailedException)
            {
                // All but one.
            }
        });

        Assert.That(taken, Is.EqualTo(1));
    }

    [TestCase(-1, true)]
    [TestCase(0, false)]
    public void It_is_taken_until_the_transactions_end(int ticks, bool isTaken)
    {
        AuthorizationTransaction transaction = Transaction;
        Time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromTicks(ticks));

        if (isTaken)
        {
            Assert.That(() => Client().CreateCredential(transaction, CallbackWith(("code", Code), ("state", transaction.State))), Throws.Nothing);
        }
        else
        {
            ExpectRefusal(transaction, "the user took longer", ("code", Code), ("state", transaction.State));
        }
    }

    [TestCase(The.Tenant, $"https://{The.AuthorityHost}/{The.Tenant}/v2.0", true)]
    [TestCase(The.Tenant, $"https://{The.AuthorityHost}/{The.Tenant}/v2.0/", false)]
    [TestCase(The.Tenant, $"https://{The.AuthorityHost}/{The.Tenant}", false)]
    [TestCase(The.Tenant, $"http://{The.AuthorityHost}/{The.Tenant}/v2.0", false)]
    [TestCase(The.Tenant, $"https://{The.AuthorityHost}.evil.example/{The.Tenant}/v2.0", false)]
    [TestCase(The.Tenant, $"https://{The.AuthorityHost}/11112222-bbbb-3333-cccc-4444dddd5555/v2.0", false)]
    [TestCase(The.Tenant, "", false)]
    [TestCase("common", $"https://{The.AuthorityHost}/{The.Tenant}/v2.0", true)]
    [TestCase("fabrikam.example", $"https://{The.AuthorityHost}/{The.Tenant}/v2.0", true)]
    [TestCase("common", $"https://{The.AuthorityHost}/{{tenantid}}/v2.0", false)]
    [TestCase("common", $"https://{The.AuthorityHost}/../evil/v2.0", false)]
    [TestCase("common", $"https://{The.AuthorityHost}/v2.0", false)]
    [TestCase("common", $"https://evil.example/{The.Tenant}/v2.0", false)]
    [TestCase("adfs", $"https://{The.AuthorityHost}/adfs", true)]
    [TestCase("adfs", $"https://{The.AuthorityHost}/adfs/v2.0", false)]
    public void An_issuer_must_be_that_of_the_authority(string tenant, string issuer, bool isTaken)
    {
        AuthorizationCodeClient client = Client(tenant);
        AuthorizationTransaction success = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;
        AuthorizationTransaction error = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        void Succeed() => client.CreateCredential(success, CallbackWith(("code", Code), ("state", success.State), ("iss", issuer))).Dispose();
        void Fail() => client.CreateCredential(error, CallbackWith(("error", "access_denied"), ("state", error.State), ("iss", issuer))).Dispose();

        Assert.That(Succeed, isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("another issuer"));
        Assert.That(Fail, isTaken ? Throws.TypeOf<AuthorizationRefusedException>() : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("another issuer"));
    }

    [Test]
    public void Two_issuers_are_none()
    {
        AuthorizationTransaction transaction = Transaction;
        string issuer = $"https://{The.AuthorityHost}/{The.Tenant}/v2.0";

        ExpectRefusal(transaction, "another issuer", ("code", Code), ("state", transaction.State), ("iss", issuer), ("iss", issuer));
    }

    [TestCase("")]
    [TestCase("code=")]
    [TestCase("code=a&code=b")]
    [TestCase("code=a&error=b")]
    [TestCase("error=")]
    [TestCase("error=a&error=b")]
    [TestCase("code=%0d%0aSet-Cookie")]
    public void One_code_or_one_error_is_a_response_and_nothing_else_is(string query)
    {
        AuthorizationTransaction transaction = Transaction;

        Assert.That(
            () => Client().CreateCredential(transaction, new Uri($"{Callback}?state={transaction.State}&{query}")),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("neither one code nor one error"));
    }

    [Test]
    public void An_error_is_told_with_its_words_cleaned()
    {
        AuthorizationTransaction transaction = Transaction;

        AuthorizationRefusedException refusal = Assert.Throws<AuthorizationRefusedException>(() => Client().CreateCredential(transaction, CallbackWith(
            ("error", "access_denied"), ("error_description", "AADSTS65004: User\r\ndeclined\u001b[2J."), ("error_uri", "https://login.example/65004"), ("state", transaction.State))))!;

        Assert.Multiple(() =>
        {
            Assert.That((refusal.Error, refusal.ErrorDescription, refusal.ErrorUri), Is.EqualTo(("access_denied", "AADSTS65004: User declined [2J.", "https://login.example/65004")));
            Assert.That(refusal.Message, Does.EndWith("is access_denied: AADSTS65004: User declined [2J."));
            Assert.That(refusal.IsSignInRequired, Is.True);
        });
    }

    [TestCase("access_denied", true)]
    [TestCase("user_cancelled_login", true)]
    [TestCase("user_cancelled_authorize", true)]
    [TestCase("user_cancelled", false)]
    [TestCase("invalid_request", false)]
    public void Whether_a_new_sign_in_can_help_is_told_by_the_word_of_the_server(string error, bool isSignInRequired)
    {
        AuthorizationTransaction transaction = Transaction;

        Assert.That(
            () => Client().CreateCredential(transaction, CallbackWith(("error", error), ("state", transaction.State))),
            Throws.TypeOf<AuthorizationRefusedException>().With.Property("Error").EqualTo(error).And.Property("IsSignInRequired").EqualTo(isSignInRequired));
    }

    [Test]
    public void A_transaction_of_another_client_tenant_or_authority_is_refused() => Assert.Multiple(() =>
    {
        AuthorizationTransaction transaction = Transaction;
        Uri callback = CallbackWith(("code", Code), ("state", transaction.State));
        foreach (AuthorizationCodeClient other in new[] { Client(client: "another"), Client(tenant: "fabrikam.example"), Client(authority: new Uri("https://evil.example/")) })
        {
            Assert.That(() => other.CreateCredential(transaction, callback), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("belongs to another client"));
        }
    });

    [Test]
    public void Bad_arguments_are_refused_by_their_names() => Assert.Multiple(() =>
    {
        Assert.That(() => Client().CreateCredential((AuthorizationTransaction)null!, Callback), Refusal.OfNull("transaction"));
        Assert.That(() => Client().CreateCredential(Transaction, (Uri)null!), Refusal.OfNull("callback"));
        Assert.That(() => Client().CreateCredential(Transaction, new Uri("/back?code=x", UriKind.Relative)), Refusal.Of("callback", "The callback must be the absolute address"));
        Assert.That(() => Client().CreateCredential(Transaction, (IEnumerable<KeyValuePair<string, string>>)null!), Refusal.OfNull("parameters"));
    });

    private void ExpectRefusal(AuthorizationTransaction transaction, string message, params (string Name, string Value)[] parameters) => Assert.That(
        () => Client().CreateCredential(transaction, CallbackWith(parameters)),
        Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains(message).And.Property("IsSignInRequired").True.And.Message.Not.Contains(Code));
}
