using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Azure.Core;

#pragma warning disable RS0030 // Headers that .NET cannot parse are what these tests are about.

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Responses of the token endpoint that are usable though they are not what RFC 6749 section 5.1 says, and errors in other words.</summary>
internal sealed class ReplyTests(bool isAsync) : BothWays(isAsync)
{
    private const string Token = """{"token_type":"bearer","access_token":"access-1","expires_in":3600,"refresh_token":"refresh-1"}""";

    private static TestCaseData<Answer>[] Usable =>
    [
        new(Answer.Json(HttpStatusCode.Created, Token)) { TestName = "201" },
        new(Answer.Json(HttpStatusCode.Accepted, Token)) { TestName = "202" },
        new(Body(Token, type: "application/json;charset=utf-8;")) { TestName = "a type that cannot be parsed" },
        new(Body(Token, type: "application/json; charset=\"utf-8")) { TestName = "a quote that is not closed" },
        new(Body(Token, encoding: "utf-8")) { TestName = "a charset as the coding" },
        new(Body(Token, encoding: "UTF8, identity")) { TestName = "no coding in two names" },
        new(Compressed("gzip", static stream => new GZipStream(stream, CompressionLevel.Fastest))) { TestName = "gzip" },
        new(Compressed("x-gzip", static stream => new GZipStream(stream, CompressionLevel.Fastest))) { TestName = "x-gzip" },
        new(Compressed("br", static stream => new BrotliStream(stream, CompressionLevel.Fastest))) { TestName = "brotli" },
        new(Compressed("deflate", static stream => new ZLibStream(stream, CompressionLevel.Fastest))) { TestName = "deflate" },
        new(Compressed("br, GZIP", static stream => new BrotliStream(new GZipStream(stream, CompressionLevel.Fastest), CompressionLevel.Fastest))) { TestName = "two codings" },
        new(Json("\"error\":\"\"")) { TestName = "an empty error" },
        new(Json("\"error\":null")) { TestName = "no error" },
        new(Json("\"id_token\":\"\"")) { TestName = "an empty ID token" },
        new(Json("\"id_token\":null")) { TestName = "no ID token" },
        new(Json("\"scope\":[\"a\",\"b\"]")) { TestName = "scopes as an array" },
        new(Json("\"scope\":[]")) { TestName = "an empty array of scopes" },
    ];

    [TestCaseSource(nameof(Usable))]
    public async Task The_token_is_used(Answer answer)
    {
        var endpoint = new ScriptedEndpoint(answer);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-1"));
        Assert.That(endpoint.Requests[0].Header("Accept-Encoding"), Is.EqualTo("identity"));
    }

    [Test]
    public async Task A_compressed_response_that_grows_beyond_the_limit_is_refused()
    {
        var endpoint = new ScriptedEndpoint(Compressed("gzip", static stream => new GZipStream(stream, CompressionLevel.Fastest), new string(' ', BoundedBody.Limit + 1)));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await Failure(credential)).Message, Does.Contain("longer than 1024 KiB"));
    }

    [Test]
    public async Task A_compressed_error_is_read()
    {
        var endpoint = new ScriptedEndpoint(Compressed("gzip", static stream => new GZipStream(stream, CompressionLevel.Fastest), """{"error":"invalid_client"}""", HttpStatusCode.Unauthorized));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await Failure(credential)).Response!.Error, Is.EqualTo("invalid_client"));
    }

    [TestCase("""{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}""", 200)]
    [TestCase("""{"error":"invalid_request","error_description":"Value passed for the authorization code was invalid."}""", 400)]
    [TestCase("""{"error":"Bad Request","status":400,"message":"Invalid authorization code"}""", 400)]
    [TestCase("""{"status":400,"message":"Invalid authorization code"}""", 400)]
    [TestCase("""{"status":"BAD_AUTH_CODE","message":"missing or unknown auth code"}""", 400)]
    [TestCase("""{"ok":false,"error":"invalid_code"}""", 200)]
    public async Task A_dead_code_is_known_by_the_words_of_its_server(string body, int status)
    {
        var endpoint = new ScriptedEndpoint(Answer.Json((HttpStatusCode)status, body));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        AuthenticationFailedException later = await Failure(credential, Some.Request(The.Storage));

        endpoint.Verify();
        Assert.That((failure.IsSignInRequired, later.Message), Is.EqualTo((true, failure.Message)));
    }

    [TestCase("""{"error":"bad_refresh_token"}""")]
    [TestCase("""{"error":"invalid_request","error_description":"Value passed for the token was invalid."}""")]
    [TestCase("""{"error":"invalid_request","reason":"Invalid Token!"}""")]
    [TestCase("""{"status":401,"message":"Invalid refresh token"}""")]
    [TestCase("""{"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"}""")]
    public async Task A_dead_refresh_token_is_known_by_the_words_of_its_server(string body)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Json(HttpStatusCode.BadRequest, body));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        await Failure(credential, Some.Request(The.Graph));

        endpoint.Verify();
        Assert.That(failure.IsSignInRequired, Is.True);
    }

    [TestCase("""{"error":"invalid_request","error_description":"No."}""", "No.")]
    [TestCase("""{"error":{"message":"This authorization code has been used.","type":"OAuthException","code":100}}""", "This authorization code has been used.")]
    public async Task A_code_that_is_refused_twice_with_the_same_words_is_spent(string body, string words)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.BadRequest, body), Answer.Json(HttpStatusCode.BadRequest, body));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        AuthenticationFailedException first = await Failure(credential);
        time.Advance(TimeSpan.FromSeconds(30));
        AuthenticationFailedException second = await Failure(credential);
        time.Advance(TimeSpan.FromSeconds(30));
        await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(first.Message, Does.Contain(words));
            Assert.That((first.IsSignInRequired, second.IsSignInRequired), Is.EqualTo((false, true)));
            Assert.That(second.Message, Does.StartWith("The authorization server refused the authorization code twice"));
        });
    }

    [Test]
    public async Task Other_words_the_second_time_leave_the_code()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(
            Answer.Json(HttpStatusCode.BadRequest, """{"error":"invalid_request","error_description":"No."}"""),
            Answer.Json(HttpStatusCode.BadRequest, """{"error":"invalid_request","error_description":"Not so."}"""),
            Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        await Failure(credential);
        time.Advance(TimeSpan.FromSeconds(30));
        await Failure(credential);
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-3"));
    }

    [TestCase(true, 300)]
    [TestCase(false, 365 * 24 * 3600)]
    public async Task A_token_without_a_stated_life_lives_5_minutes_if_it_can_be_renewed_and_a_year_if_not(bool hasRefreshToken, int seconds)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now);
        string refresh = hasRefreshToken ? ",\"refresh_token\":\"refresh-1\"" : "";
        var endpoint = new ScriptedEndpoint(Answer.Json(HttpStatusCode.OK, $$"""{"access_token":"access-1","token_type":"bearer"{{refresh}}}"""));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        AccessToken token = await GetToken(credential, The.Vault);

        Assert.That(token.ExpiresOn, Is.EqualTo(The.Now.AddSeconds(seconds)));
    }

    [Test]
    public async Task A_stated_life_of_months_is_believed()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now);
        var endpoint = new ScriptedEndpoint(Answer.Token(refreshToken: null, expiresIn: 60 * 24 * 3600));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        Assert.That((await GetToken(credential, The.Vault)).ExpiresOn, Is.EqualTo(The.Now.AddDays(60)));
    }

    private static Answer Json(string member) => Answer.Json(HttpStatusCode.OK, $"{Token[..^1]},{member}}}");

    private static Answer Body(string json, string type = "application/json", string? encoding = null) => Answer.Of(_ =>
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        return new HttpResponseMessage { Content = content };
    });

    private static Answer Compressed(string encoding, Func<Stream, Stream> compress, string? body = null, HttpStatusCode status = HttpStatusCode.OK) => Answer.Of(_ =>
    {
        using var bytes = new MemoryStream();
        using (Stream stream = compress(bytes))
        {
            stream.Write(Encoding.UTF8.GetBytes(body ?? Token));
        }

        var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return new HttpResponseMessage(status) { Content = content };
    });
}
