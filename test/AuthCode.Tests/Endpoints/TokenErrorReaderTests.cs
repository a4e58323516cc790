using System.Net;
using System.Text;

namespace AuthCode.Tests.Endpoints;

/// <summary>The body of an error answer: whatever cannot be read is absent, and there is no exception.</summary>
internal sealed class TokenErrorReaderTests
{
    private const string Entra =
        """{"error":"invalid_grant","error_description":"AADSTS54005: Used.\r\nTrace ID: t-1\r\nTimestamp: 2026-11-23 05:00:00Z","error_codes":[54005,70008],"timestamp":"2026-11-23 05:00:00Z","trace_id":"t-1","correlation_id":"c-1","error_uri":"https://login.entra.example/error?code=54005","suberror":"bad_token","claims":"{\"access_token\":{\"x\":1}}"}""";

    [Test]
    public void Every_field_of_Entra_is_read()
    {
        TokenErrorResponse response = Read(Entra, TimeSpan.FromSeconds(7), "echoed");

        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(response.Error, Is.EqualTo("invalid_grant"));
            Assert.That(response.ErrorDescription, Is.EqualTo("AADSTS54005: Used. Trace ID: t-1 Timestamp: 2026-11-23 05:00:00Z"));
            Assert.That(response.ErrorUri, Is.EqualTo("https://login.entra.example/error?code=54005"));
            Assert.That(response.SubError, Is.EqualTo("bad_token"));
            Assert.That(response.ErrorCodes, Is.EqualTo(new[] { 54005, 70008 }));
            Assert.That(response.TraceId, Is.EqualTo("t-1"));
            Assert.That(response.CorrelationId, Is.EqualTo("c-1"));
            Assert.That(response.Timestamp, Is.EqualTo(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero)));
            Assert.That(response.Claims, Is.EqualTo("""{"access_token":{"x":1}}"""));
            Assert.That(response.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
        });
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("<html>c4n4ry</html>")]
    [TestCase("{")]
    [TestCase("""{"error":"invalid_grant" """)]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"invalid_grant\"")]
    [TestCase("""[{"error":"invalid_grant"}]""")]
    [TestCase("""{"x":[[[[[[[[[[]]]]]]]]]],"error":"invalid_grant"}""")]
    public void What_is_no_JSON_object_leaves_the_status_and_the_headers(string body)
    {
        TokenErrorResponse response = Read(body, TimeSpan.FromSeconds(7), "echoed");

        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That((response.RetryAfter, response.CorrelationId), Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(7), "echoed")));
            AllAbsentBut(response, correlationId: true);
        });
    }

    [TestCase("{}")]
    [TestCase("""{"error":null,"error_description":null,"error_codes":null,"timestamp":null,"trace_id":null,"error_uri":null,"suberror":null,"claims":null}""")]
    [TestCase("""{"error":1,"error_description":true,"error_codes":"54005","timestamp":1764000000,"trace_id":{},"error_uri":[],"suberror":1.5,"claims":{"a":1}}""")]
    [TestCase("""{"error":"\uD83D","error_description":"\uD83D","timestamp":"\uD83D","trace_id":"\uD83D","error_uri":"\uD83D","suberror":"\uD83D","claims":"\uD83D"}""")]
    [TestCase("""{"error":"","error_description":"\r\n","error_codes":[],"timestamp":"","trace_id":" ","error_uri":"\u0000","suberror":"\u200B"}""")]
    public void A_field_that_is_null_or_empty_or_of_another_type_or_bad_Unicode_is_absent(string json)
    {
        TokenErrorResponse response = Read(json);

        Assert.Multiple(() => AllAbsentBut(response, correlationId: false));
    }

    [Test]
    public void One_bad_field_leaves_the_others() => Assert.That(
        Read("""{"error_description":"\uD83D","error":"invalid_grant","error_codes":{"x":1}}""").Error, Is.EqualTo("invalid_grant"));

    [Test]
    public void Invalid_UTF_8_in_one_field_leaves_the_others()
    {
        byte[] body = Encoding.Latin1.GetBytes("{\"error\":\"invalid_grant\",\"error_description\":\"\u00C3(\"}");

        TokenErrorResponse response = TokenErrorReader.Read(HttpStatusCode.BadRequest, body, null, null, Some.Redactor());

        Assert.That((response.Error, response.ErrorDescription), Is.EqualTo(("invalid_grant", (string?)null)));
    }

    [TestCase("[1,\"2\",3.5,null,4,{},99999999999,-5,1e2]", new[] { 1, 4, -5 })]
    [TestCase("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]", new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 })]
    public void Numbers_are_whole_and_16_at_most(string codes, int[] expected) =>
        Assert.That(Read($$"""{"error_codes":{{codes}}}""").ErrorCodes, Is.EqualTo(expected));

    [TestCase("2026-11-23 05:00:00Z")]
    [TestCase("2026-11-23T05:00:00Z")]
    [TestCase("2026-11-23T05:00:00.0000000Z")]
    [TestCase("2026-11-23T10:30:00.0000000+05:30")]
    public void The_timestamp_is_read_in_the_forms_of_Entra_and_ISO_8601(string text)
    {
        DateTimeOffset? timestamp = Read($$"""{"timestamp":"{{text}}"}""").Timestamp;

        Assert.That((timestamp, timestamp?.Offset), Is.EqualTo(((DateTimeOffset?)new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero), (TimeSpan?)TimeSpan.Zero)));
    }

    [TestCase("yesterday")]
    [TestCase("11/23/2026 05:00:00")]
    [TestCase("2026-13-45 05:00:00Z")]
    [TestCase("2026-11-23 05:00:00")]
    public void Another_timestamp_is_absent(string text) => Assert.That(Read($$"""{"timestamp":"{{text}}"}""").Timestamp, Is.Null);

    [Test]
    public void The_echoed_request_id_stands_in_for_a_missing_correlation_id([Values("{}", """{"correlation_id":1}""")] string json) =>
        Assert.That(Read(json, echoedRequestId: "echoed").CorrelationId, Is.EqualTo("echoed"));

    [Test]
    public void Text_is_one_line_without_control_characters()
    {
        const string Text = "a\\r\\nb\\u001B[31mc\\u2028d\\u202Ee";
        TokenErrorResponse response = Read($$"""{"error":"{{Text}}","error_description":"{{Text}}","error_uri":"{{Text}}","suberror":"{{Text}}","trace_id":"{{Text}}","correlation_id":"{{Text}}"}""");

        Assert.That(TextsOf(response), Is.All.EqualTo("a b [31mc d e"));
    }

    [Test]
    public void Text_is_capped()
    {
        string text = new('x', 5000);
        TokenErrorResponse response = Read($$"""{"error":"{{text}}","error_description":"{{text}}","error_uri":"{{text}}","suberror":"{{text}}","trace_id":"{{text}}","correlation_id":"{{text}}"}""");

        Assert.That(TextsOf(response).Select(static capped => capped!.Length), Is.EqualTo(new[] { 257, 1025, 257, 257, 257, 257 }));
    }

    [TestCase(64 * 1024, ExpectedResult = true)]
    [TestCase(64 * 1024 + 1, ExpectedResult = false)]
    public bool Claims_of_64_KiB_are_kept_and_longer_ones_are_absent(int length) =>
        Read($$"""{"claims":"{{new string(' ', length - 2)}}{}"}""").Claims is not null;

    private static string?[] TextsOf(TokenErrorResponse response) =>
        [response.Error, response.ErrorDescription, response.ErrorUri, response.SubError, response.TraceId, response.CorrelationId];

    private static void AllAbsentBut(TokenErrorResponse response, bool correlationId)
    {
        Assert.That(TextsOf(response).SkipLast(correlationId ? 1 : 0), Is.All.Null);
        Assert.That((response.Timestamp, response.Claims), Is.EqualTo(((DateTimeOffset?)null, (string?)null)));
        Assert.That(response.ErrorCodes, Is.Empty);
    }

    private static TokenErrorResponse Read(string body, TimeSpan? retryAfter = null, string? echoedRequestId = null) =>
        TokenErrorReader.Read(HttpStatusCode.BadRequest, Encoding.UTF8.GetBytes(body), retryAfter, echoedRequestId, Some.Redactor());

    [TestCase("""{"error":"use_dpop_nonce","error_description":"a nonce"}""", "use_dpop_nonce")]
    [TestCase("""{"access_token":{"error":"inner"},"list":[{"error":"inner"}],"error":"outer"}""", "outer")]
    [TestCase("""{"error":"one","error":"two"}""", "two")]
    [TestCase("""{"\u0065rror":"escap\u0065d"}""", "escaped")]
    [TestCase("""{"error":{"message":"no","type":"OAuthException"}}""", "OAuthException")]
    [TestCase("""{"status":"BAD_AUTH_CODE","message":"missing or unknown auth code"}""", "BAD_AUTH_CODE")]
    [TestCase("""{"status":"BAD_AUTH_CODE"}""", null)]
    [TestCase("""{"error":""}""", null)]
    [TestCase("""{"error":null}""", null)]
    [TestCase("""{"error":["one"]}""", null)]
    [TestCase("""{"error":"cut off""", null)]
    [TestCase("""["error","one"]""", null)]
    [TestCase("", null)]
    public void The_name_alone_is_the_one_of_the_whole(string json, string? name)
    {
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(json);

        Assert.That((TokenErrorReader.NameIn(utf8), TokenErrorReader.Read(System.Net.HttpStatusCode.BadRequest, utf8, null, null, Some.Redactor()).Error), Is.EqualTo((name, name)));
    }

    [Test]
    public void The_name_of_the_error_in_a_token_response_is_looked_for_without_copies_of_the_tokens()
    {
        byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(Answer.TokenJson(accessToken: new string('a', 4_000)));
        TokenErrorReader.NameIn(utf8);

        long before = GC.GetAllocatedBytesForCurrentThread();
        string? name = TokenErrorReader.NameIn(utf8);

        Assert.That((name, GC.GetAllocatedBytesForCurrentThread() - before), Is.EqualTo(((string?)null, 0)));
    }
}
