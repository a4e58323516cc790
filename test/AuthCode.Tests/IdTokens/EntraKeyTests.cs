using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using NUnit.Framework.Constraints;

namespace AuthCode.Tests.IdTokens;

/// <summary>The signing keys of Entra ID: for which issuer each signs, and those that one application has alone.</summary>
internal sealed class EntraKeyTests
{
    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly OpenIdServer _server = new();

    [TestCase("https://login.windows.net/{tenantid}/v2.0", true)]
    [TestCase("https://login.windows.net/" + The.Tenant + "/v2.0", true)]
    [TestCase("https://login.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", false)]
    [TestCase("https://login.microsoftonline.us/{tenantid}/v2.0", false)]
    [TestCase("https://login.microsoftonline.com/{tenantid}/v2.0/", false)]
    [TestCase("https://login.microsoftonline.com/{tenantid}", false)]
    [TestCase("{tenantid}", false)]
    [TestCase("", false)]
    public void A_key_of_a_cloud_names_its_issuer_by_any_of_the_clouds_names(string keyIssuer, bool isTaken)
    {
        const string Cloud = "https://login.microsoftonline.com";
        _server.MetadataIssuer = $"{Cloud}/{{tenantid}}/v2.0";
        _server.KeysAddress = $"{Cloud}/keys";
        _server.Claims["iss"] = $"{Cloud}/{The.Tenant}/v2.0";
        _server.KeyIssuer = keyIssuer;

        Assert.That(
            () => SignInAsync(Client("common", new Uri(Cloud))),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("its key signs for another issuer"));
    }

    [Test]
    public void A_key_that_is_published_for_two_issuers_signs_for_both([Values] bool isFirst, [Values] bool hasId)
    {
        const string Personal = "https://login.entra.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
        const string Template = "https://login.entra.example/{tenantid}/v2.0";
        _server.MetadataIssuer = Template;
        _server.Keys = new JsonObject { ["keys"] = new JsonArray([.. (isFirst ? new[] { Template, Personal } : [Personal, Template]).Select(OpenIdServer.KnownFor)]) }.ToJsonString();
        _server.Signing = OpenIdServer.Without(hasId ? "key-1" : null);

        Assert.That(() => SignInAsync(Client("common")), Throws.Nothing);
    }

    [Test]
    public void A_key_that_is_published_under_two_ids_is_one_key_to_a_token_that_names_none([Values] bool isCertificate)
    {
        JsonNode another = isCertificate ? OpenIdServer.KnownByCertificate() : OpenIdServer.KnownFor(OpenIdServer.Issuer);
        another["kid"] = "key-3";
        _server.Keys = new JsonObject { ["keys"] = new JsonArray(OpenIdServer.KnownFor(OpenIdServer.Issuer), another) }.ToJsonString();
        _server.Signing = OpenIdServer.Without(null);

        Assert.That(() => SignInAsync(), Throws.Nothing);
    }

    [Test]
    public void A_key_that_is_published_by_its_certificate_alone_verifies()
    {
        _server.Keys = new JsonObject { ["keys"] = new JsonArray(OpenIdServer.KnownByCertificate()) }.ToJsonString();

        Assert.That(() => SignInAsync(), Throws.Nothing);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Keys_of_the_application_that_cannot_be_read_are_looked_for_once_a_minute(bool hasDocument)
    {
        _server.OwnKeyIds = [];
        _server.Http.Answers["/own-keys"] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        if (!hasDocument)
        {
            _server.OwnMetadata = static () => new HttpResponseMessage(HttpStatusCode.NotFound);
        }

        AuthorizationCodeClient client = Client();
        _server.Signing = OpenIdServer.ByAnotherKey;
        Assert.That(() => SignInAsync(client), UnreadableOwnKeys);
        Assert.That(() => SignInAsync(client), UnreadableOwnKeys);
        int early = OwnRequests();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(() => SignInAsync(client), UnreadableOwnKeys);
        int late = OwnRequests();
        _server.OwnMetadata = null;
        _server.OwnKeyIds = ["key-2"];
        _server.Http.Answers["/own-keys"] = _ => Provider.Json(HttpStatusCode.OK, new JsonObject { ["keys"] = new JsonArray(OpenIdServer.OtherKey()) });
        _time.Advance(TimeSpan.FromSeconds(1));

        await SignInAsync(client);

        Assert.That((early, late), Is.EqualTo((1, 1)));

        int OwnRequests() => hasDocument
            ? _server.Http.At("/own-keys").Count
            : _server.Http.Requests.Count(static sent => sent.Uri.Query == $"?appid={The.Client}");
    }

    [Test]
    public void Keys_of_the_application_that_cannot_be_read_again_are_told_as_that_too([Values] bool hasMoved)
    {
        _server.OwnKeyIds = [];
        _server.Signing = OpenIdServer.ByAnotherKey;
        AuthorizationCodeClient client = Client();
        Assert.That(() => SignInAsync(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
        string path = hasMoved ? "/new-own-keys" : "/own-keys";
        _server.Http.Answers[path] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        _server.OwnMetadata = () => Provider.Json(
            HttpStatusCode.OK, new JsonObject { ["issuer"] = OpenIdServer.Issuer, ["jwks_uri"] = $"https://{The.AuthorityHost}{path}" });
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(() => SignInAsync(client), UnreadableOwnKeys);
    }

    [Test]
    public void A_forged_token_of_a_known_key_causes_no_search_for_keys_of_the_application()
    {
        _server.OwnKeyIds = ["key-2"];
        _server.Signing = new SigningCredentials(new RsaSecurityKey(RSA.Create(2048)) { KeyId = "key-1" }, SecurityAlgorithms.RsaSha256);

        Assert.That(() => SignInAsync(), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("its signature is not valid"));
        Assert.That(_server.Http.At("/own-keys"), Is.Empty);
    }

    [Test]
    public async Task A_token_without_a_key_id_can_be_of_the_application_alone()
    {
        _server.OwnKeyIds = ["key-2"];
        _server.Signing = OpenIdServer.OtherWithoutId;

        Assert.That((await SignInAsync()).AccountKey, Is.Not.Empty);
    }

    [Test]
    public async Task Keys_of_the_application_that_are_at_a_new_address_are_found_before_the_day_is_over()
    {
        _server.OwnKeyIds = [];
        _server.Signing = OpenIdServer.ByAnotherKey;
        AuthorizationCodeClient client = Client();
        Assert.That(() => SignInAsync(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key"));
        _server.OwnMetadata = static () => Provider.Json(
            HttpStatusCode.OK, new JsonObject { ["issuer"] = OpenIdServer.Issuer, ["jwks_uri"] = $"https://{The.AuthorityHost}/new-own-keys" });
        _server.Http.Answers["/new-own-keys"] = static _ => Provider.Json(HttpStatusCode.OK, new JsonObject { ["keys"] = new JsonArray(OpenIdServer.OtherKey()) });
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.That((await SignInAsync(client)).AccountKey, Is.Not.Empty);
    }

    // The token can be good, so that it is not told as a bad one.
    private static Constraint UnreadableOwnKeys => Throws.TypeOf<AuthenticationFailedException>()
        .With.Message.StartsWith($"The OpenID metadata or signing keys of {The.AuthorityHost} could not be read: HTTP 404").And.Property("IsTransient").True;

    private AuthorizationCodeClient Client(string tenant = The.Tenant, Uri? authority = null) => new(tenant, The.Client, new AuthorizationCodeClientOptions
    {
        AuthorityHost = authority ?? The.Authority,
        HttpClient = new HttpClient(_server.Http) { Timeout = Timeout.InfiniteTimeSpan },
        TimeProvider = _time,
    });

    private async Task<SignedInUser> SignInAsync(AuthorizationCodeClient? client = null)
    {
        client ??= Client();
        AuthorizationRequest request = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]);
        _server.Claims["nonce"] = request.Transaction.Nonce.Value;
        return await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=the-code&state={request.Transaction.State}"));
    }
}
