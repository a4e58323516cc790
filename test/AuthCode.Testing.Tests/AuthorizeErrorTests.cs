using System.Net;

namespace AuthCode.Testing.Tests;

/// <summary>What ends in a page, because nobody knows where the browser may go, and what in an error that is sent back (RFC 6749 section 4.1.2.1).</summary>
internal sealed class AuthorizeErrorTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [TestCase(The.Client)]
    [TestCase("")]
    [TestCase(null)]
    public async Task An_unknown_client_gets_a_page_and_never_a_redirect(string? client) => ExpectPage(await AskAsync(("client_id", client)), 700016);

    [TestCase("https://evil.example/")]
    [TestCase("https://app.example/signin-oidc/")]
    [TestCase("https://app.example/SIGNIN-oidc")]
    [TestCase("https://app.example/signin-oidc?x=1")]
    [TestCase("https://app.example/signin-oidc#x")]
    [TestCase("https://app.example:443/signin-oidc")]
    [TestCase("https://app.example@evil.example/signin-oidc")]
    [TestCase("http://app.example/signin-oidc")]
    [TestCase("")]
    public async Task An_unregistered_redirect_URI_gets_a_page_and_never_a_redirect(string redirect) =>
        ExpectPage(await AskAsync(("redirect_uri", redirect)), 50011);

    [Test]
    public async Task It_stays_a_page_whatever_else_is_wrong()
    {
        _caller.Aad.Options.AuthorizeError = "access_denied";

        ExpectPage(await AskAsync(("redirect_uri", "https://evil.example/"), ("response_type", "token"), ("response_mode", "form_post")), 50011);
    }

    [TestCase("token")]
    [TestCase("code id_token")]
    [TestCase("Code")]
    [TestCase("")]
    [TestCase(null)]
    public async Task Another_response_type_is_sent_back_as_an_error(string? type) => ExpectError(await AskAsync(("response_type", type)), "unsupported_response_type");

    [TestCase("https://vault.azure.net/.default \"x\"")]
    [TestCase("back\\slash")]
    [TestCase("é")]
    [TestCase("a\tb")]
    [TestCase(" ")]
    [TestCase("")]
    [TestCase(null)]
    public async Task A_bad_scope_is_sent_back_as_an_error(string? scope) => ExpectError(await AskAsync(("scope", scope)), "invalid_scope");

    [TestCase("access_denied")]
    [TestCase("temporarily_unavailable")]
    public async Task The_error_of_the_options_is_sent_back(string error)
    {
        _caller.Aad.Options.AuthorizeError = error;

        ExpectError(await AskAsync(), error);
    }

    [Test]
    public async Task Once_the_error_is_taken_back_the_user_consents()
    {
        _caller.Aad.Options.AuthorizeError = "access_denied";
        await AskAsync();
        _caller.Aad.Options.AuthorizeError = null;

        Assert.That((await AskAsync()).Returned, Contains.Key("code"));
    }

    [Test]
    public async Task The_description_has_an_AADSTS_number()
    {
        Reply reply = await AskAsync(("response_type", "token"));

        Assert.That(reply.Returned["error_description"], Does.StartWith("AADSTS700054: "));
    }

    private static void ExpectPage(Reply reply, int code) => Assert.Multiple(() =>
    {
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(reply.Headers.Location, Is.Null);
        Assert.That(reply.Body, Does.Contain($"AADSTS{code}: ").And.Not.Contain("<form"));
    });

    private void ExpectError(Reply reply, string error) => Assert.Multiple(() =>
    {
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(reply.Headers.Location!.OriginalString, Does.StartWith(_caller.Aad.RedirectUri.OriginalString + "?"));
        Assert.That(reply.Returned, Contains.Key("error").WithValue(error).And.ContainKey("state").WithValue("the state").And.Not.ContainKey("code"));
    });

    private Task<Reply> AskAsync(params (string Name, string? Value)[] changes) => _caller.AuthorizeAsync([("state", "the state"), .. changes]);

    [Test]
    public async Task A_parameter_twice_gets_a_page_and_never_a_redirect() => ExpectPage(
        await _caller.GetAsync(new Uri(_caller.Aad.AuthorizeUri([The.Vault]).AbsoluteUri + "&redirect_uri=https%3A%2F%2Fevil.example%2F")), 9002313);

    [Test]
    public async Task Another_response_mode_is_sent_back_as_an_error([Values("garbage", "")] string mode) =>
        ExpectError(await AskAsync(("response_mode", mode)), "invalid_request");
}
