using System.Net;
using System.Text;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>A 2xx that is no usable token response: the code is spent, nothing is repeated, and the body is not quoted.</summary>
internal sealed class MalformedEnvelopeTests(bool isAsync) : BothWays(isAsync)
{
    private const string Token = """{"token_type":"Bearer","access_token":"c4n4ry","expires_in":3600}""";

    private static TestCaseData<Answer, string>[] Malformed =>
    [
        new(Answer.Json(HttpStatusCode.OK, Token, "text/html"), "text/html instead of application/json") { TestName = "another media type" },
        new(Answer.Json(HttpStatusCode.OK, Token, "text/json"), "text/json instead of application/json") { TestName = "text/json" },
        new(Answer.Json(HttpStatusCode.OK, Token, "text/x+json"), "text/x+json instead of application/json") { TestName = "a suffix on another type" },
        new(Typed(null), "an unknown media type instead of application/json") { TestName = "no media type" },
        new(Answer.Json(HttpStatusCode.OK, "<html>c4n4ry</html>", "text/html"), "text/html instead") { TestName = "a page" },
        new(Answer.Of(static _ => new HttpResponseMessage(HttpStatusCode.NoContent)), "an unknown media type instead of application/json") { TestName = "204" },
        new(Encoded("gzip"), "it is not compressed as it says") { TestName = "no gzip" },
        new(Encoded("br"), "it is not compressed as it says") { TestName = "no brotli" },
        new(Encoded("zstd"), "it is compressed in a way that was not requested") { TestName = "a coding that is not known" },
        new(Answer.Json(HttpStatusCode.OK, ""), "it is not valid JSON") { TestName = "nothing" },
        new(Answer.Json(HttpStatusCode.OK, Token[..^1]), "it is not valid JSON") { TestName = "cut off without a sign of it" },
        new(Answer.Of(static _ => Ok(new StreamContent(new Breaking(Encoding.UTF8.GetBytes(Token[..20]))))), "cut off") { TestName = "cut off with a reset" },
        new(Answer.Of(static _ => Ok(new StreamContent(new Endless()))), "longer than 1024 KiB") { TestName = "endless" },
        new(Answer.Json(HttpStatusCode.OK, """{"token_type":"DPoP","access_token":"c4n4ry"}"""), "its token_type is not Bearer") { TestName = "another token type" },
        new(Answer.Json(HttpStatusCode.OK, """{"error":""}"""), "an error without a name") { TestName = "an error without a name" },
        new(Answer.Json(HttpStatusCode.OK, """{"error":"invalid_grant","access_token":"c4n4ry"}"""), "it has both access_token and error") { TestName = "a token and an error" },
    ];

    [TestCaseSource(nameof(Malformed))]
    public async Task The_code_is_spent_and_the_problem_named(Answer answer, string problem)
    {
        var endpoint = new ScriptedEndpoint(answer);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);
        AuthenticationFailedException later = await Failure(credential, Some.Request(The.Storage));

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("Sign the user in again").And.Contain(The.AuthorityHost).And.Contain(problem));
            Assert.That(failure.ToString(), Does.Not.Contain(Refusal.Canary));
            Assert.That(failure.Response, Is.Not.Null);
            Assert.That(later.Message, Is.EqualTo(failure.Message));
        });
    }

    [TestCaseSource(nameof(Malformed))]
    public async Task The_refresh_token_is_kept_and_nothing_is_repeated(Answer answer, string problem)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), answer, Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Storage));
        string later = (await GetToken(credential, The.Storage)).Token;

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain(problem));
            Assert.That(later, Is.EqualTo("access-3"));
            Assert.That(endpoint.Requests[2]["refresh_token"], Is.EqualTo("refresh-1"));
        });
    }

    [TestCase("application/json")]
    [TestCase("APPLICATION/JSON")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("application/json; charset=bogus")]
    [TestCase("application/json; charset=utf-16")]
    [TestCase("application/token+json")]
    public async Task JSON_is_taken_whatever_charset_it_claims(string contentType)
    {
        var endpoint = new ScriptedEndpoint(Typed(contentType));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("c4n4ry"));
    }

    [Test]
    public async Task A_byte_order_mark_and_the_identity_encoding_are_taken()
    {
        var endpoint = new ScriptedEndpoint(Encoded("identity", "\uFEFF"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("c4n4ry"));
    }

    [Test]
    public async Task A_body_that_breaks_off_is_the_cause()
    {
        var endpoint = new ScriptedEndpoint(Answer.Of(static _ => Ok(new StreamContent(new Breaking()))));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        Assert.That((await Failure(credential)).InnerException, Is.TypeOf<IOException>());
    }

    private static Answer Typed(string? contentType) => Answer.Of(_ =>
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Token));
        content.Headers.ContentType = contentType is null ? null : System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
        return new HttpResponseMessage { Content = content };
    });

    private static Answer Encoded(string encoding, string before = "") => Answer.Of(_ =>
    {
        HttpResponseMessage answer = Ok(new ByteArrayContent(Encoding.UTF8.GetBytes(before + Token)));
        answer.Content.Headers.ContentEncoding.Add(encoding);
        return answer;
    });

    private static HttpResponseMessage Ok(HttpContent content)
    {
        content.Headers.ContentType = new("application/json");
        return new HttpResponseMessage { Content = content };
    }
}
