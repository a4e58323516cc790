namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Resource indicators (RFC 8707): which API a token is for.</summary>
internal sealed class ResourceTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string Mail = "https://mail.example/api";
    private const string Files = "urn:files";

    [Test]
    public async Task Requests_name_the_resources_of_their_scopes()
    {
        AuthorizationCodeClient client = Client(atServer: Configure);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["mail.read", "files.read", "mail.send"]);
        await using AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect);

        await GetToken(credential, "mail.read");
        await GetToken(credential, "files.read");
        await GetToken(credential, "other");

        Assert.Multiple(() =>
        {
            Assert.That(
                request.Uri.Query.Split('&').Where(static pair => pair.StartsWith("resource=", StringComparison.Ordinal)).Select(static pair => Uri.UnescapeDataString(pair[9..])),
                Is.EqualTo(new[] { Mail, Files }));
            Assert.That(Server.At("/token").Select(static sent => sent["resource"]), Is.EqualTo(new[] { Mail, Files, null }));
        });
    }

    [Test]
    public async Task A_sign_in_redeems_the_code_for_the_first_resource()
    {
        await SignIn(Client(atServer: Configure), ["profile", "mail.read", "files.read", "mail.send"]);

        SentRequest sent = Server.At("/token").Single();
        Assert.That((sent["resource"], sent["scope"]), Is.EqualTo((Mail, (string?)null)));
    }

    [Test]
    public async Task Several_resources_are_several_fields_of_a_pushed_request()
    {
        AuthorizationCodeClient client = Client(atServer: static options =>
        {
            Configure(options);
            options.UsePushedAuthorization = true;
        });

        await client.CreateAuthorizationRequestAsync(The.Redirect, ["mail.read", "files.read"]);

        Assert.That(
            Server.At("/par").Single().Fields.Where(static field => field.Key == "resource").Select(static field => field.Value), Is.EqualTo(new[] { Mail, Files }));
    }

    [Test]
    public async Task A_token_for_several_resources_is_refused_and_nothing_sent()
    {
        await using AuthorizationCodeCredential credential = Credential(atServer: Configure);

        Assert.That(() => GetToken(credential, "mail.read", "files.read"), Refusal.Of("requestContext", "The scopes belong to several resources"));
        Assert.That(Server.Requests, Is.Empty);
    }

    [TestCase("mail.read", "/relative")]
    [TestCase("mail.read", "https://mail.example/#x")]
    [TestCase("mail read", "https://mail.example/")]
    public void An_entry_that_cannot_be_used_is_refused(string scope, string resource) => Assert.That(
        () => ServerWith(options => options.Resources[scope] = new Uri(resource, UriKind.RelativeOrAbsolute)), Refusal.Of("options", "Each entry of Resources must be"));

    [Test]
    public void An_extra_parameter_cannot_smuggle_another_in() => Assert.That(
        () => Client().CreateAuthorizationRequestAsync(The.Redirect, ["x"], new AuthorizationRequestOptions { ExtraParameters = { ["resource"] = Mail } }),
        Refusal.Of("options", "ExtraParameters must not hold 'resource'"));

    private static void Configure(AuthorizationServerOptions options)
    {
        options.Resources["mail.read"] = new Uri(Mail);
        options.Resources["mail.send"] = new Uri(Mail);
        options.Resources["files.read"] = new Uri(Files);
    }
}
