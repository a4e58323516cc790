using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>OAuth errors and answers of others: decided by status and <c>error</c>, and by nothing that Entra may change.</summary>
internal sealed class RefusedResponseTests(bool isAsync) : BothWays(isAsync)
{
    private const string Client = "The authorization server refused the client.";
    private const string Scopes = "The authorization server does not grant the scopes";
    private const string Request = "The authorization server refused the token request";
    private const string Interaction = "The authorization server wants the user to act";

    // What a server has refused is remembered for 30 seconds.
    private readonly FakeTimeProvider _time = new(The.Now);

    [TestCase("invalid_client", Client)]
    [TestCase("unauthorized_client", Client)]
    [TestCase("invalid_scope", Scopes)]
    [TestCase("invalid_resource", Scopes)]
    [TestCase("invalid_target", Scopes)]
    [TestCase("interaction_required", Interaction)]
    [TestCase("consent_required", Interaction)]
    [TestCase("login_required", Interaction)]
    [TestCase("invalid_request", Request)]
    [TestCase("unsupported_grant_type", Request)]
    [TestCase("access_denied", Request)]
    [TestCase("something_new", Request)]
    [TestCase("INVALID_GRANT", Request)]
    public async Task An_error_is_not_repeated_says_what_to_check_and_leaves_the_code(string error, string advice)
    {
        var endpoint = new ScriptedEndpoint(Answer.Error(error, 90002), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);

        AuthenticationFailedException failure = await Failure(credential);
        _time.Advance(TimeSpan.FromSeconds(30));
        string later = (await GetToken(credential, The.Vault)).Token;

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith(advice).And.Contain($"HTTP 400, {error}").And.Contain("AADSTS90002"));
            Assert.That(failure.Response!.Error, Is.EqualTo(error));
            Assert.That(failure.Response.ErrorCodes, Is.EqualTo(new[] { 90002 }));
            Assert.That(later, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task The_status_of_an_error_makes_no_difference(
        [Values(HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound)] HttpStatusCode status)
    {
        var endpoint = new ScriptedEndpoint(Answer.Error("invalid_grant", status: status));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        AuthenticationFailedException later = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith("The authorization server refused the authorization code"));
            Assert.That(failure.Response!.StatusCode, Is.EqualTo(status));
            Assert.That(later.Message, Is.EqualTo(failure.Message));
        });
    }

    [TestCase("application/json")]
    [TestCase("text/html")]
    [TestCase("text/plain")]
    public async Task The_media_type_of_an_error_makes_no_difference(string mediaType)
    {
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.BadRequest, """{"error":"invalid_client"}""", mediaType));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await Failure(credential)).Response!.Error, Is.EqualTo("invalid_client"));
    }

    // Entra may change both: what is written there decides nothing.
    [TestCase("""{"error":"invalid_client","error_description":"AADSTS70008: invalid_grant","error_codes":[70008]}""", Client)]
    [TestCase("""{"error":"invalid_client"}""", Client)]
    [TestCase("""{"error":"invalid_client","error_description":"temporarily_unavailable","error_codes":[90033]}""", Client)]
    public async Task Description_and_numbers_decide_nothing(string json, string advice)
    {
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.BadRequest, json), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);

        AuthenticationFailedException failure = await Failure(credential);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.That(failure.Message, Does.StartWith(advice));
        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-2"));
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("<html>c4n4ry</html>")]
    [TestCase("""{"error":""")]
    [TestCase("""{"error":null}""")]
    [TestCase("""{"error":""}""")]
    [TestCase("""{"error":400}""")]
    [TestCase("""{"message":"c4n4ry"}""")]
    public async Task A_4xx_that_is_no_OAuth_error_is_not_quoted_not_repeated_and_leaves_the_code(string body)
    {
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.Forbidden, body, "text/html"), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        string later = (await GetToken(credential, The.Vault)).Token;

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith($"{The.AuthorityHost} responded with text/html").And.Contain("403"));
            Assert.That(failure.ToString(), Does.Not.Contain("c4n4ry"));
            Assert.That(failure.Response!.Error, Is.Null);
            Assert.That(later, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task An_error_body_beyond_the_limit_is_not_read()
    {
        string body = $$"""{"error":"invalid_grant","x":"{{new string('x', 1024 * 1024)}}"}""";
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.BadRequest, body), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.That(failure.Response!.Error, Is.Null);
        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task The_claims_that_the_server_wants_are_handed_on()
    {
        const string Claims = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
        var endpoint = new ScriptedEndpoint(Answer.Error("interaction_required", 50076, "basic_action", Claims));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Response!.Claims, Is.EqualTo(Claims));
            Assert.That(failure.Response.SubError, Is.EqualTo("basic_action"));
            Assert.That(failure.Message, Does.Contain("Response.Claims").And.Contain("interaction_required (basic_action)").And.Not.Contain("acrs"));
        });
    }

    [TestCase("consent_required")]
    [TestCase("basic_action")]
    [TestCase("additional_action")]
    [TestCase("message_only")]
    public async Task An_invalid_grant_that_an_action_of_the_user_would_heal_leaves_the_refresh_token(string subError)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("invalid_grant", 65001, subError), Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        string later = (await GetToken(credential, "another")).Token;

        endpoint.Verify();
        Assert.That((failure.Message[..Interaction.Length], later), Is.EqualTo((Interaction, "access-3")));
    }

    [TestCase(null)]
    [TestCase("bad_token")]
    [TestCase("token_expired")]
    public async Task Another_invalid_grant_ends_the_session(string? subError)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("invalid_grant", 70043, subError));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        AuthenticationFailedException later = await Failure(credential, Some.Request("another"));

        endpoint.Verify();
        Assert.That(later.Message, Is.EqualTo(failure.Message).And.StartsWith("The authorization server no longer accepts"));
    }
}
