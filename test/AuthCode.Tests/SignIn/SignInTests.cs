using System.Net;
using AuthCode.Testing;
using Azure.Core;

namespace AuthCode.Tests.SignIn;

/// <summary>The whole way against the fake: authorize address, browser, callback, tokens.</summary>
internal sealed class SignInTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task A_user_who_signs_in_gets_tokens([Values] AuthorizationResponseMode mode)
    {
        using var aad = FakeAad.Start(static options => options.SendIssuer = true);
        AuthorizationCodeClient client = Client(aad);
        AuthorizationRequest request = client.CreateAuthorizationRequest(aad.RedirectUri, [The.Vault], new AuthorizationRequestOptions { ResponseMode = mode });

        // Between the two requests the transaction is text somewhere.
        AuthorizationTransaction transaction = AuthorizationTransaction.Parse(request.Transaction.Serialize());
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage page = await browser.GetAsync(request.Uri);
        await using AuthorizationCodeCredential credential = mode == AuthorizationResponseMode.Query
            ? client.CreateCredential(transaction, page.Headers.Location!)
            : client.CreateCredential(transaction, aad.RedirectUri, await FieldsOf(page));

        AccessToken token = await GetToken(credential, The.Vault);

        Assert.That(token.Token, Is.Not.Empty);
        Assert.That(aad.TokenRequests.Select(static sent => (sent.GrantType, sent.StatusCode)), Is.EqualTo(new[] { ("authorization_code", 200) }));
    }

    [TestCase(null)]
    [TestCase("common")]
    [TestCase("organizations")]
    public async Task A_signed_in_user_is_identified_and_has_a_ready_credential(string? tenant)
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad, tenant);
        AuthorizationRequest request = client.CreateAuthorizationRequest(aad.RedirectUri, [The.Vault, The.Storage]);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage page = await browser.GetAsync(request.Uri);

        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, page.Headers.Location!);
        await GetToken(user.Credential, The.Vault);
        await GetToken(user.Credential, The.Storage);

        Assert.Multiple(() =>
        {
            Assert.That(user.Principal.Identity!.Name, Is.EqualTo(aad.Options.User.Name));
            Assert.That(user.AccountKey, Is.EqualTo($"{aad.Options.User.ObjectId}.{aad.Options.User.HomeTenantId}"));
            Assert.That(aad.TokenRequests.Select(static sent => sent.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token" }));
            Assert.That(aad.TokenRequests[0].Scopes, Does.Not.Contain(The.Storage));
        });
    }

    [Test]
    public async Task A_caller_who_gives_up_gets_no_user()
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad);
        AuthorizationRequest request = client.CreateAuthorizationRequest(aad.RedirectUri, [The.Vault]);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage page = await browser.GetAsync(request.Uri);

        Assert.That(() => client.CompleteSignInAsync(request.Transaction, page.Headers.Location!, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_code_of_another_sign_in_is_refused_by_the_server_for_its_verifier()
    {
        using var aad = FakeAad.Start();
        AuthorizationCodeClient client = Client(aad);
        AuthorizationRequest victim = client.CreateAuthorizationRequest(aad.RedirectUri, [The.Vault]);
        AuthorizationRequest attacker = client.CreateAuthorizationRequest(aad.RedirectUri, [The.Vault]);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage ofVictim = await browser.GetAsync(victim.Uri);
        string stolen = ofVictim.Headers.Location!.Query.TrimStart('?').Split('&').Single(static pair => pair.StartsWith("code=", StringComparison.Ordinal));

        await using AuthorizationCodeCredential credential = client.CreateCredential(
            attacker.Transaction, new Uri($"{aad.RedirectUri}?{stolen}&state={attacker.Transaction.State}"));
        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Response?.Error, Is.EqualTo("invalid_grant"));
    }

    private static AuthorizationCodeClient Client(FakeAad aad, string? tenant = null) => new(tenant ?? aad.TenantId, aad.ClientId, new AuthorizationCodeClientOptions
    {
        AuthorityHost = aad.AuthorityHost,
        ClientAuthentication = ClientAuthentication.Secret(aad.ClientSecret!),
    });

    private static async Task<IEnumerable<KeyValuePair<string, string>>> FieldsOf(HttpResponseMessage page)
    {
        using var reader = new StreamReader(await page.Content.ReadAsStreamAsync());
        return (await reader.ReadToEndAsync()).Split("<input ")[1..]
            .Select(static input => input.Split('"'))
            .Select(static parts => KeyValuePair.Create(parts[3], WebUtility.HtmlDecode(parts[5])));
    }
}
