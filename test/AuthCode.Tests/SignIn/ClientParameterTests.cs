namespace AuthCode.Tests.SignIn;

/// <summary>Additional parameters of all authorize requests of a client.</summary>
internal sealed class ClientParameterTests
{
    [Test]
    public async Task They_are_in_each_request_at_Entra_ID()
    {
        AuthorizationRequest request = await ClientWith(("domain_hint", "contoso.example"), ("slice", "test")).CreateAuthorizationRequestAsync(The.Redirect, [The.Vault]);

        Assert.That(request.Uri.Query, Does.Contain("domain_hint=contoso.example").And.Contain("slice=test"));
    }

    [Test]
    public async Task What_one_request_says_goes_before_them()
    {
        AuthorizationRequest request = await ClientWith(("domain_hint", "contoso.example")).CreateAuthorizationRequestAsync(
            The.Redirect, [The.Vault], new AuthorizationRequestOptions { DomainHint = "fabrikam.example" });

        Assert.That(request.Uri.Query.Split("domain_hint=").Skip(1).Select(static rest => rest.Split('&')[0]), Is.EqualTo(new[] { "fabrikam.example" }));
    }

    [Test]
    public async Task They_go_before_those_of_the_server()
    {
        var server = new AuthorizationServerOptions { AuthorizationParameters = { ["audience"] = "one", ["kept"] = "yes" } };
        var options = new AuthorizationCodeClientOptions { AuthorizationParameters = { ["audience"] = "two" } };
        var client = new AuthorizationCodeClient(
            AuthorizationServer.OAuthServer(new Uri("https://op.example/authorize"), new Uri("https://op.example/token"), server), The.Client, options);

        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);

        Assert.That(request.Uri.Query, Does.Contain("audience=two").And.Contain("kept=yes").And.Not.Contain("audience=one"));
    }

    [TestCase("client_id")]
    [TestCase("State")]
    [TestCase(" ")]
    public void What_the_protocol_owns_cannot_be_changed(string name) =>
        Assert.That(() => ClientWith((name, "x")), Refusal.Of("options", "AuthorizationParameters must not hold"));

    [TestCase("max_age", "MaxAge")]
    [TestCase("Acr_Values", "AcrValues")]
    public void What_the_ID_token_is_checked_for_is_set_for_each_sign_in(string name, string option) =>
        Assert.That(() => ClientWith((name, "1")), Refusal.Of("options", $"AuthorizationRequestOptions.{option}"));

    private static AuthorizationCodeClient ClientWith(params (string Name, string Value)[] parameters)
    {
        var options = new AuthorizationCodeClientOptions();
        foreach ((string name, string value) in parameters)
        {
            options.AuthorizationParameters[name] = value;
        }

        return new AuthorizationCodeClient(The.Tenant, The.Client, options);
    }
}
