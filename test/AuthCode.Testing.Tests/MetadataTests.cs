using System.Net;

namespace AuthCode.Testing.Tests;

/// <summary>Discovery, keys, tenants and paths.</summary>
internal sealed class MetadataTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [TestCase(The.Tenant, The.Tenant)]
    [TestCase("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "6ba7b811-9dad-11d1-80b4-00c04fd430c8")]
    [TestCase("common", "{tenantid}")]
    [TestCase("organizations", "{tenantid}")]
    [TestCase("Organizations", "{tenantid}")]
    public async Task The_issuer_is_the_tenants_or_a_template(string tenant, string issuer)
    {
        Reply reply = await _caller.GetAsync($"{tenant}/v2.0/.well-known/openid-configuration");

        Assert.That(reply.MediaType, Is.EqualTo("application/json"));
        Assert.That(reply["issuer"], Is.EqualTo($"{_caller.Aad.AuthorityHost}{issuer}/v2.0"));
    }

    [Test]
    public async Task The_endpoints_are_the_tenants()
    {
        Reply reply = await _caller.GetAsync($"{The.Tenant}/v2.0/.well-known/openid-configuration");

        Assert.Multiple(() =>
        {
            Assert.That(reply["authorization_endpoint"], Is.EqualTo($"{_caller.Aad.AuthorityHost}{The.Tenant}/oauth2/v2.0/authorize"));
            Assert.That(reply["token_endpoint"], Is.EqualTo(_caller.Aad.TokenEndpoint(The.Tenant).AbsoluteUri));
            Assert.That(reply["end_session_endpoint"], Is.EqualTo($"{_caller.Aad.AuthorityHost}{The.Tenant}/oauth2/v2.0/logout"));
            Assert.That(reply["jwks_uri"], Is.EqualTo($"{_caller.Aad.AuthorityHost}{The.Tenant}/discovery/v2.0/keys"));
        });
    }

    [TestCase("response_types_supported", "code")]
    [TestCase("response_modes_supported", "form_post")]
    [TestCase("code_challenge_methods_supported", "S256")]
    [TestCase("token_endpoint_auth_methods_supported", "private_key_jwt")]
    [TestCase("id_token_signing_alg_values_supported", "RS256")]
    [TestCase("scopes_supported", "offline_access")]
    public async Task What_it_can_do_is_listed(string member, string value)
    {
        Reply reply = await _caller.GetAsync("common/v2.0/.well-known/openid-configuration");

        Assert.That(reply.Json[member]!.AsArray().Select(static item => item!.ToString()), Does.Contain(value));
    }

    [Test]
    public async Task No_private_part_of_a_key_is_published()
    {
        Reply reply = await _caller.GetAsync("common/discovery/v2.0/keys");

        Assert.That(reply.Json["keys"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That(reply.Json["keys"]![0]!.AsObject().Select(static pair => pair.Key), Is.SubsetOf(["kty", "use", "kid", "n", "e", "alg", "x5t", "x5c", "issuer"]));
    }

    [Test]
    public async Task Any_tenant_exists_unless_the_knob_lists_them()
    {
        _caller.Tenant = The.OtherTenant;
        Assert.That(await _caller.RedeemAsync(), Reply.Granted);

        _caller.Aad.Options.KnownTenants = [_caller.Aad.TenantId];
        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply, Reply.Refused("invalid_request", 90002));
        Assert.That(reply["error_description"], Does.Contain($"'{The.OtherTenant}'"));
    }

    [Test]
    public async Task A_listed_tenant_is_found_in_any_letter_case()
    {
        _caller.Aad.Options.KnownTenants = ["Fabrikam.Example"];
        _caller.Tenant = The.OtherTenant;

        Assert.That(await _caller.RedeemAsync(), Reply.Granted);
    }

    [TestCase("oauth2/v2.0/authorize")]
    [TestCase("oauth2/v2.0/logout")]
    [TestCase("v2.0/.well-known/openid-configuration")]
    [TestCase("discovery/v2.0/keys")]
    public async Task An_unknown_tenant_has_no_other_endpoint_either(string path)
    {
        _caller.Aad.Options.KnownTenants = [_caller.Aad.TenantId];

        Assert.That(await _caller.GetAsync($"{The.OtherTenant}/{path}"), Reply.Refused("invalid_request", 90002));
    }

    [Test]
    public async Task The_tenant_in_the_path_issues_the_token([Values(The.Tenant, The.OtherTenant)] string tenant)
    {
        _caller.Tenant = tenant;

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply.AccessClaims.Claims["tid"].GetString(), Is.EqualTo(_caller.Aad.TenantIdOf(tenant)));
        Assert.That(reply.AccessClaims.Claims["iss"].GetString(), Is.EqualTo($"{_caller.Aad.AuthorityHost}{_caller.Aad.TenantIdOf(tenant)}/v2.0"));
    }

    [TestCase("")]
    [TestCase("favicon.ico")]
    [TestCase("common/oauth2/v2.0/devicecode")]
    public async Task Nothing_is_elsewhere(string path) => Assert.That((await _caller.GetAsync(path)).Status, Is.EqualTo(HttpStatusCode.NotFound));

    [Test]
    public async Task A_federation_server_responds_at_its_own_path()
    {
        using HttpContent form = new FormUrlEncodedContent(
        [
            new("client_id", _caller.Aad.ClientId), new("client_secret", _caller.Aad.ClientSecret), new("grant_type", "authorization_code"),
            new("code", _caller.IssueCode(new FakeAadCodeRequest { TenantId = "adfs" })), new("redirect_uri", _caller.Aad.RedirectUri.OriginalString), new("scope", The.Vault),
        ]);

        Reply reply = await _caller.PostAsync(form, new Uri(_caller.Aad.AuthorityHost, "adfs/oauth2/token"));

        Assert.That(reply, Reply.Granted);
        Assert.That(_caller.Aad.TokenRequests.Single().TenantId, Is.EqualTo("adfs"));
    }

    [Test]
    public async Task The_names_for_any_tenant_exist_in_addition_to_those_listed([Values("common", "organizations", "consumers", "adfs")] string name)
    {
        _caller.Aad.Options.KnownTenants = [_caller.Aad.TenantId];
        _caller.Tenant = name;

        Assert.That(await _caller.RedeemAsync(), Reply.Granted);
    }

    [TestCase("common", "72f988bf-0000-4000-8000-2d7cd011db47")]
    [TestCase("organizations", "72f988bf-0000-4000-8000-2d7cd011db47")]
    [TestCase("consumers", "9188040d-6c67-4c5b-b112-36a304b66dad")]
    public async Task Tokens_by_a_name_for_any_tenant_are_of_the_users(string name, string tenant)
    {
        _caller.Tenant = name;

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply.AccessClaims.Claims["tid"].GetString(), Is.EqualTo(_caller.Aad.TenantIdOf(tenant)));
        Assert.That(reply.AccessClaims.Claims["iss"].GetString(), Is.EqualTo($"{_caller.Aad.AuthorityHost}{tenant}/v2.0"));
    }

    [TestCase("oauth2/v2.0/token")]
    [TestCase("a/b/oauth2/v2.0/token")]
    [TestCase("/a/oauth2/v2.0/token")]
    public async Task No_tenant_or_two_have_no_token_endpoint(string path)
    {
        using var form = new FormUrlEncodedContent([new("client_id", "x")]);

        Assert.That((await _caller.PostAsync(form, new Uri($"{_caller.Aad.AuthorityHost}{path}"))).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(_caller.Aad.TokenRequests, Is.Empty);
    }

    [Test]
    public async Task A_federation_servers_metadata_names_its_own_paths()
    {
        Reply reply = await _caller.GetAsync("adfs/.well-known/openid-configuration");

        Assert.That(reply["token_endpoint"], Is.EqualTo(_caller.Aad.TokenEndpoint("adfs").AbsoluteUri).And.EndsWith("/adfs/oauth2/token"));
        Assert.That(reply["authorization_endpoint"], Does.EndWith("/adfs/oauth2/authorize"));
        Assert.That(_caller.Aad.AuthorizeUri(["openid"], tenantId: "adfs").AbsolutePath, Is.EqualTo("/adfs/oauth2/authorize"));
        Assert.That((await _caller.GetAsync(new Uri(reply["jwks_uri"]!))).Status, Is.EqualTo(HttpStatusCode.OK));
    }
}
