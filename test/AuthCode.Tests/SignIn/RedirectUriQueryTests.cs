namespace AuthCode.Tests.SignIn;

/// <summary>A redirect URI with a query of its own, which a server must retain (RFC 6749 section 3.1.2), and which can be all that tells one server's callbacks from another's (RFC 9700 section 4.4.2.2).</summary>
internal sealed class RedirectUriQueryTests : SignInFixture
{
    private const string Start = "https://app.example/signin-oidc?";

    [TestCase("as=one", "", TestName = "without it")]
    [TestCase("as=one", "as=two&", TestName = "another value")]
    [TestCase("as=one", "as=ONE&", TestName = "another case")]
    [TestCase("as=one", "AS=one&", TestName = "another name")]
    [TestCase("as=one", "as=one&as=one&", TestName = "twice")]
    [TestCase("as=one", "as=one&as=two&", TestName = "with another value beside")]
    [TestCase("as=one&x=1", "as=one&", TestName = "one of two")]
    [TestCase("as=one&as=two", "as=two&as=one&", TestName = "two in another order")]
    [TestCase("as", "", TestName = "without a name alone")]
    public void A_response_at_the_address_of_another_query_is_refused_and_the_sign_in_goes_on(string query, string brought)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(new Uri(Start + query), [The.Vault]).Transaction;

        Assert.That(
            () => client.CreateCredential(transaction, new Uri($"{Start}{brought}code=c&state={transaction.State}")),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("arrived at another address"));
        Assert.That(() => client.CreateCredential(transaction, new Uri($"{Start}{query}&code=c&state={transaction.State}")).Dispose(), Throws.Nothing);
    }

    [TestCase("as=one", "x=y&as=one&", TestName = "with a parameter of the server")]
    [TestCase("as=a+b", "as=a%20b&", TestName = "in another encoding")]
    [TestCase("as", "as=&", TestName = "a name alone")]
    [TestCase("as=one&as=two", "as=one&as=two&", TestName = "a value that stands twice")]
    [TestCase("", "", TestName = "an empty query")]
    public void A_response_with_the_query_of_the_redirect_URI_is_taken(string query, string brought)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(new Uri(Start + query), [The.Vault]).Transaction;

        Assert.That(() => client.CreateCredential(transaction, new Uri($"{Start}{brought}code=c&state={transaction.State}")).Dispose(), Throws.Nothing);
    }

    [TestCase("state=1")]
    [TestCase("as=one&code=x")]
    [TestCase("error")]
    [TestCase("iss=https://op.example")]
    [TestCase("st%61te=1")]
    public void A_parameter_that_the_response_has_is_refused_before_the_user_is_sent_away(string query) => Assert.That(
        () => Client().CreateAuthorizationRequest(new Uri(Start + query), [The.Vault]),
        Refusal.Of("redirectUri", "The query of the redirect URI must not have state, code, error or iss"));

    [TestCase("State=1")]
    [TestCase("x=code")]
    [TestCase("error_page=1&issue=2")]
    public void A_parameter_of_another_name_is_taken(string query) =>
        Assert.That(() => Client().CreateAuthorizationRequest(new Uri(Start + query), [The.Vault]), Throws.Nothing);

    [TestCase("https://app.example/signin-oidc?as=two")]
    [TestCase("https://app.example/signin-oidc")]
    [TestCase("https://app.example/other?as=one")]
    public void A_form_that_was_posted_to_another_address_is_refused_and_the_sign_in_goes_on(string address)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(new Uri($"{Start}as=one"), [The.Vault]).Transaction;
        var form = new Dictionary<string, string> { ["code"] = "c", ["state"] = transaction.State };

        Assert.That(
            () => client.CreateCredential(transaction, new Uri(address), form),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("arrived at another address"));
        Assert.That(
            () => client.CompleteSignInAsync(transaction, new Uri(address), form),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("arrived at another address"));
        Assert.That(() => client.CreateCredential(transaction, new Uri($"{Start}as=one"), form).Dispose(), Throws.Nothing);
    }

    [Test]
    public void The_fields_of_a_form_are_those_of_the_form_and_not_of_its_address()
    {
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;

        Assert.That(
            () => client.CreateCredential(transaction, CallbackWith(("code", "c"), ("state", transaction.State)), new Dictionary<string, string>()),
            Throws.TypeOf<AuthenticationFailedException>());
    }

    [Test]
    public void The_arguments_of_a_form_are_refused_by_their_names() => Assert.Multiple(() =>
    {
        AuthorizationTransaction transaction = Client().CreateAuthorizationRequest(The.Redirect, [The.Vault]).Transaction;
        var form = new Dictionary<string, string>();
        Assert.That(() => Client().CreateCredential(null!, The.Redirect, form), Refusal.OfNull("transaction"));
        Assert.That(() => Client().CreateCredential(transaction, null!, form), Refusal.OfNull("callback"));
        Assert.That(() => Client().CreateCredential(transaction, The.Redirect, (IEnumerable<KeyValuePair<string, string>>)null!), Refusal.OfNull("parameters"));
        Assert.That(() => Client().CompleteSignInAsync(transaction, new Uri("/back", UriKind.Relative), form), Refusal.Of("callback", "The callback must be the absolute address"));
        Assert.That(() => Client().CompleteSignInAsync(transaction, The.Redirect, form, null!), Refusal.OfNull("upgrade"));
    });
}
