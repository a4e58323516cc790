using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.IdTokens;

/// <summary>By which key a service knows who signed in: Entra's IDs where Entra ID vouches for them, or else issuer and subject.</summary>
internal sealed class AccountKeyTests
{
    private const string Another = "00000000-0000-4000-8000-000000000001";
    private const string B2CHost = "https://contoso.b2clogin.example";
    private const string B2CIssuer = $"{B2CHost}/{The.Tenant}/v2.0/";
    private const string NoSubject = "Not supported currently. Use oid claim.";

    private readonly FakeTimeProvider _time = new(The.Now);

    [TestCase(The.Tenant, "oid-1", $"oid-1.{The.Tenant}")]
    [TestCase(Another, "oid-1", $"{OpenIdServer.Issuer}|{Provider.Subject}")]
    [TestCase("v2.0", "oid-1", $"{OpenIdServer.Issuer}|{Provider.Subject}")]
    [TestCase("", "oid-1", $"{OpenIdServer.Issuer}|{Provider.Subject}")]
    [TestCase(The.Tenant, "https://op.example|ada", $"{OpenIdServer.Issuer}|{Provider.Subject}")]
    public async Task At_Entra_ID_the_tenant_is_that_of_the_issuer(string tenant, string objectId, string expected) =>
        Assert.That(await KeyOf(EntraId(), OpenIdServer.Issuer, claims => (claims["oid"], claims["tid"]) = (objectId, tenant)), Is.EqualTo(expected));

    [TestCase(The.Tenant, $"oid-1.{The.Tenant}")]
    [TestCase(Another, $"{B2CIssuer}|{Provider.Subject}")]
    public async Task A_policy_of_B2C_cannot_claim_another_tenant(string tenant, string expected) =>
        Assert.That(await KeyOf(B2C(), B2CIssuer, claims => (claims["oid"], claims["tid"]) = ("oid-1", tenant)), Is.EqualTo(expected));

    [Test]
    public async Task AD_FS_has_none_of_Entras_users()
    {
        AuthorizationServer server = AuthorizationServer.EntraId("adfs", new Uri("https://adfs.example"));

        Assert.That(
            await KeyOf(server, "https://adfs.example/adfs", static claims => (claims["oid"], claims["tid"]) = ("oid-1", The.Tenant)),
            Is.EqualTo($"https://adfs.example/adfs|{Provider.Subject}"));
    }

    [Test]
    public async Task Another_provider_has_none_of_Entras_users() => Assert.That(
        await KeyOf(OpenId(), Provider.Issuer, static claims => (claims["oid"], claims["tid"]) = ("oid-1", The.Tenant)),
        Is.EqualTo($"{Provider.Issuer}|{Provider.Subject}"));

    [Test]
    public async Task B2C_without_subjects_has_the_object_id_in_their_place() =>
        Assert.That(await KeyOf(B2C(), B2CIssuer, static claims => (claims["sub"], claims["oid"]) = (NoSubject, "oid-1")), Is.EqualTo($"{B2CIssuer}|oid-1"));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("the object id")]
    [TestCase(NoSubject)]
    public void B2C_without_subject_and_object_id_names_nobody(string? objectId) => Assert.That(
        () => KeyOf(B2C(), B2CIssuer, claims => (claims["sub"], claims["oid"]) = (NoSubject, objectId)),
        Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("it names no subject: its sub must be"));

    [TestCase(NoSubject)]
    [TestCase("subject 1")]
    [TestCase("subject\u00a01")]
    [TestCase(" ")]
    [TestCase("\t")]
    [TestCase("")]
    public void Any_other_provider_must_have_a_subject_that_is_an_identifier(string subject) => Assert.That(
        () => KeyOf(OpenId(), Provider.Issuer, claims => (claims["sub"], claims["oid"]) = (subject, "oid-1")),
        Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("it names no subject: its sub must be"));

    private static AuthorizationServer EntraId() => AuthorizationServer.EntraId(The.Tenant, The.Authority);

    private static AuthorizationServer B2C() => AuthorizationServer.AzureB2C(new Uri(B2CHost), "contoso.onmicrosoft.example", "B2C_1_signin");

    private static AuthorizationServer OpenId() => AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer));

    private async Task<string> KeyOf(AuthorizationServer server, string issuer, Action<JsonObject> claims)
    {
        var http = new Provider();
        var client = new AuthorizationCodeClient(server, The.Client, new AuthorizationCodeClientOptions { HttpClient = new HttpClient(http), TimeProvider = _time });
        string keys = issuer == Provider.Issuer ? $"{http.Metadata["jwks_uri"]}" : new Uri(new Uri(issuer), "/keys").AbsoluteUri;
        http.Otherwise = _ => Provider.Json(HttpStatusCode.OK, new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = keys });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, [The.Client]);
        Func<SentRequest, HttpResponseMessage> read = http.Otherwise;
        http.Answers["/token"] = Redeem;
        http.Otherwise = sent => sent.Method == HttpMethod.Get ? read(sent) : Redeem(sent);
        return (await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}"))).AccountKey;

        HttpResponseMessage Redeem(SentRequest sent) => Provider.Json(HttpStatusCode.OK, http.Token(request.Transaction.Nonce.Value, claims: payload =>
        {
            payload["iss"] = issuer;
            claims(payload);
        }));
    }
}
