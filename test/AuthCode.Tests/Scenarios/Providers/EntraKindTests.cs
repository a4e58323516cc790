using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Azure AD B2C, AD FS and External ID, which are of Entra ID's kind and differ in some ways.</summary>
internal sealed class EntraKindTests
{
    private const string TenantId = "8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
    private const string B2CHost = "https://contoso.b2clogin.example";

    private readonly FakeTimeProvider _time = new(The.Now);

    [TestCase($"{B2CHost}/{TenantId}/v2.0/", true)]
    [TestCase($"{B2CHost}/tfp/{TenantId}/B2C_1_signin/v2.0/", true)]
    [TestCase($"{B2CHost}/tfp/{TenantId}/b2c_1_SIGNIN/v2.0/", true)]
    [TestCase($"{B2CHost}/tfp/{TenantId}/B2C_1_other/v2.0/", false)]
    [TestCase($"{B2CHost}/{TenantId}/B2C_1_signin/v2.0/", false)]
    [TestCase($"{B2CHost}/tfp/not-a-guid/B2C_1_signin/v2.0/", false)]
    [TestCase($"https://evil.example/tfp/{TenantId}/B2C_1_signin/v2.0/", false)]
    public async Task B2C_issues_under_its_tenant_or_its_policy(string issuer, bool isTaken)
    {
        AuthorizationServer server = AuthorizationServer.AzureB2C(new Uri(B2CHost), "contoso.onmicrosoft.example", "B2C_1_signin");

        string? problem = await ProblemOfSignIn(server, issuer, $"{B2CHost}/keys");

        Assert.That(problem, isTaken ? Is.Null : Does.Contain("issuer"));
    }

    [Test]
    public async Task B2C_without_subjects_knows_users_by_their_object_ids()
    {
        AuthorizationServer server = AuthorizationServer.AzureB2C(new Uri(B2CHost), "contoso.onmicrosoft.example", "B2C_1_signin");
        string[] keys =
        [
            (await SignIn(server, $"{B2CHost}/{TenantId}/v2.0/", $"{B2CHost}/keys", static claims => (claims["sub"], claims["oid"]) = ("Not supported currently. Use oid claim.", "oid-1"))).AccountKey,
            (await SignIn(server, $"{B2CHost}/{TenantId}/v2.0/", $"{B2CHost}/keys", static claims => (claims["sub"], claims["oid"]) = ("Not supported currently. Use oid claim.", "oid-2"))).AccountKey,
        ];

        Assert.That(keys, Is.Unique);
    }

    [Test]
    public async Task B2C_and_AD_FS_want_the_ID_token_at_sign_out_and_Entra_ID_does_not()
    {
        AuthorizationServer b2c = AuthorizationServer.AzureB2C(new Uri(B2CHost), "contoso.onmicrosoft.example", "B2C_1_signin");
        AuthorizationServer adfs = AuthorizationServer.EntraId("adfs", new Uri("https://adfs.example"));
        AuthorizationServer entra = AuthorizationServer.EntraId(TenantId, The.Authority);

        Assert.That(
            (await HasHint(b2c, $"{B2CHost}/{TenantId}/v2.0/", $"{B2CHost}/keys"),
                await HasHint(adfs, "https://adfs.example/adfs", "https://adfs.example/keys"),
                await HasHint(entra, $"https://{The.AuthorityHost}/{TenantId}/v2.0", $"https://{The.AuthorityHost}/keys")),
            Is.EqualTo((true, true, false)));
    }

    [TestCase("https://signin.contoso.example", $"https://{TenantId}.ciamlogin.com/{TenantId}/v2.0", $"https://{TenantId}.ciamlogin.com/keys", true)]
    [TestCase("https://signin.contoso.example", $"https://{TenantId}.ciamlogin.com/{TenantId}/v2.0", "https://signin.contoso.example/keys", true)]
    [TestCase("https://contoso.ciamlogin.com", $"https://{TenantId}.ciamlogin.com/{TenantId}/v2.0", "https://contoso.ciamlogin.com/keys", true)]
    [TestCase("https://signin.contoso.example", $"https://00000000-0000-4000-8000-000000000001.ciamlogin.com/{TenantId}/v2.0", "https://signin.contoso.example/keys", false)]
    [TestCase("https://signin.contoso.example", "https://00000000-0000-4000-8000-000000000001.ciamlogin.com/00000000-0000-4000-8000-000000000001/v2.0", "https://signin.contoso.example/keys", false)]
    [TestCase("https://login.microsoftonline.com", $"https://{TenantId}.ciamlogin.com/{TenantId}/v2.0", "https://login.microsoftonline.com/keys", false)]
    [TestCase("https://signin.contoso.example", $"https://{TenantId}.ciamlogin.com/{TenantId}/v2.0", "https://evil.example/keys", false)]
    public async Task External_ID_with_a_domain_of_its_own_issues_under_its_tenant(string authority, string issuer, string keys, bool isTaken)
    {
        string? problem = await ProblemOfSignIn(AuthorizationServer.EntraId(TenantId, new Uri(authority)), issuer, keys);

        Assert.That(problem, isTaken ? Is.Null : Does.Contain("issuer"));
    }

    [Test]
    public async Task AD_FS_gets_assertions_as_it_knows_them([Values] bool isAdfs)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token());
        var options = Some.Options(endpoint, _time, static options => options.ClientAuthentication = ClientAuthentication.Certificate(SharedCertificate.OfTheClient));
        await using var credential = new AuthorizationCodeCredential(isAdfs ? "adfs" : The.Tenant, The.Client, The.Code, The.Redirect, options);

        await credential.GetTokenAsync(Some.Request(), CancellationToken.None);

        var assertion = new Jwt(endpoint.Requests[0]["client_assertion"]!);
        Assert.Multiple(() =>
        {
            Assert.That((assertion.Header["alg"].GetString(), assertion.Header["typ"].GetString()), Is.EqualTo((isAdfs ? "RS256" : "PS256", "JWT")));
            Assert.That(assertion.Header.TryGetValue("x5t", out System.Text.Json.JsonElement thumbprint) ? thumbprint.GetString() : null, Is.EqualTo(
                isAdfs ? Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(SharedCertificate.OfTheClient.GetCertHash()) : null));
        });
    }

    [TestCase("invalid_request", 28000)]
    [TestCase("invalid_request", 70011)]
    [TestCase("invalid_scope", 70011)]
    [TestCase("invalid_resource", 500011)]
    public async Task A_refusal_of_scopes_names_them(string error, int number)
    {
        var endpoint = new ScriptedEndpoint(Answer.Error(error, number));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(
            () => credential.GetTokenAsync(new Azure.Core.TokenRequestContext([The.Vault, "https://storage.azure.com"]), CancellationToken.None).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.StartWith($"The authorization server does not grant the scopes {The.Vault} https://storage.azure.com to this client."));
            Assert.That((failure.Scopes, failure.TenantId, failure.IsSignInRequired), Is.EqualTo((new[] { The.Vault, "https://storage.azure.com" }, The.Tenant, false)));
        });
    }

    [TestCase(500112, false)]
    [TestCase(501481, false)]
    [TestCase(50148, false)]
    [TestCase(700005, false)]
    [TestCase(54005, true)]
    [TestCase(70008, true)]
    public async Task A_code_that_the_configuration_spoils_needs_no_sign_in(int number, bool needsSignIn)
    {
        var endpoint = new ScriptedEndpoint(Answer.Error("invalid_grant", number));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => credential.GetTokenAsync(Some.Request(), CancellationToken.None).AsTask());
        AuthenticationFailedException? later = Assert.ThrowsAsync<AuthenticationFailedException>(() => credential.GetTokenAsync(Some.Request(), CancellationToken.None).AsTask());

        Assert.That((failure!.IsSignInRequired, later!.IsSignInRequired, failure.HelpLink), Is.EqualTo((
            needsSignIn, needsSignIn, $"docs/troubleshooting.md#aadsts{number}")));
    }

    private async Task<bool> HasHint(AuthorizationServer server, string issuer, string keys)
    {
        (AuthorizationCodeClient client, SignedInUser user) = await SignInWith(server, issuer, keys, null);
        Uri later = await client.CreateSignOutUriAsync(user.IdToken, The.Redirect);
        Assert.That(later, Is.EqualTo(await client.CreateSignOutUriAsync(The.Redirect, user)), "a later request has the ID token alone");
        Assert.That(await client.Sessions.CreateSignOutUriAsync(user.SessionKey, The.Redirect), Is.EqualTo(later), "another one has the session");
        return later.Query.Contains("id_token_hint=", StringComparison.Ordinal);
    }

    private async Task<string?> ProblemOfSignIn(AuthorizationServer server, string issuer, string keys)
    {
        try
        {
            await SignIn(server, issuer, keys);
            return null;
        }
        catch (AuthenticationFailedException e)
        {
            return e.Message;
        }
    }

    private async Task<SignedInUser> SignIn(AuthorizationServer server, string issuer, string keys, Action<JsonObject>? claims = null) =>
        (await SignInWith(server, issuer, keys, claims)).User;

    private async Task<(AuthorizationCodeClient Client, SignedInUser User)> SignInWith(AuthorizationServer server, string issuer, string keys, Action<JsonObject>? claims)
    {
        var http = new Provider();
        var client = new AuthorizationCodeClient(server, The.Client, new AuthorizationCodeClientOptions { HttpClient = new HttpClient(http), TimeProvider = _time });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, [The.Client]);
        http.Otherwise = sent => Provider.Json(HttpStatusCode.OK, sent.Method == HttpMethod.Get
            ? new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = keys }
            : new JsonObject
            {
                ["token_type"] = "Bearer",
                ["access_token"] = "access-1",
                ["expires_in"] = 3600,
                ["id_token"] = Provider.IdToken(request.Transaction.Nonce.Value, payload =>
                {
                    payload["iss"] = issuer;
                    claims?.Invoke(payload);
                }),
            });
        return (client, await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}")));
    }
}
