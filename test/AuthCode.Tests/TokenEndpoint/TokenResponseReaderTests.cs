using System.Text;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>The body of a 200 answer: what of it is taken. What is refused has a fixture of its own.</summary>
internal sealed class TokenResponseReaderTests
{
    [Test]
    public void Every_member_is_read()
    {
        TokenResponse response = Read(
            """{"token_type":"Bearer","scope":"a b","expires_in":3599,"ext_expires_in":9999,"refresh_in":1800,"access_token":"at","refresh_token":"rt","id_token":"x.y.z","client_info":"eyJ1aWQiOiJ1LTEiLCJ1dGlkIjoidC0xIn0"}""");

        Assert.Multiple(() =>
        {
            Assert.That(response.AccessToken, Is.EqualTo("at"));
            Assert.That(Encoding.UTF8.GetString(response.RefreshToken!.Utf8), Is.EqualTo("rt"));
            Assert.That(response.Scope, Is.EqualTo("a b"));
            Assert.That(response.ExpiresInSeconds, Is.EqualTo(3599));
            Assert.That(response.RefreshInSeconds, Is.EqualTo(1800));
            Assert.That(response.RoutingHint, Is.EqualTo("oid:u-1@t-1"));
        });
    }

    [TestCase("""{"access_token":"at","token_type":"Bearer"}""")]
    [TestCase("""{"access_token":"at","token_type":"Bearer","scope":null,"expires_in":null,"refresh_in":null,"refresh_token":null,"client_info":null,"error":null}""")]
    [TestCase("""{"access_token":"at","token_type":"Bearer","client_info":1}""")]
    [TestCase("""{"access_token":"at","token_type":"Bearer","refresh_token":""}""")]
    public void Only_access_token_and_token_type_are_required_and_null_is_absent(string json)
    {
        TokenResponse response = Read(json);

        Assert.That(
            new object?[] { response.Scope, response.ExpiresInSeconds, response.RefreshInSeconds, response.RefreshToken, response.RoutingHint }, Is.All.Null);
    }

    [TestCase("\"x.y.z\"", "x.y.z")]
    [TestCase("7", null)]
    [TestCase("{}", null)]
    [TestCase("null", null)]
    public void An_ID_token_is_read_as_text_or_not_at_all(string idToken, string? expected)
    {
        string json = $$"""{"access_token":"at","token_type":"Bearer","id_token":{{idToken}}}""";

        string? problem = TokenResponseReader.Read(Encoding.UTF8.GetBytes(json), out TokenResponse? response, out _);

        Assert.That((problem, response?.IdToken), Is.EqualTo(((string?)null, expected)));
    }

    [TestCase("Bearer")]
    [TestCase("bearer")]
    [TestCase("BEARER")]
    public void The_case_of_the_token_type_does_not_matter(string type) =>
        Assert.That(Read($$"""{"access_token":"at","token_type":"{{type}}"}""").AccessToken, Is.EqualTo("at"));

    [TestCase("3599", 3599)]
    [TestCase("\"3599\"", 3599)]
    [TestCase("0", 0)]
    [TestCase("\"0\"", 0)]
    [TestCase("\"0003599\"", 3599)]
    [TestCase("9999999999", 9_999_999_999)]
    [TestCase("\"9999999999\"", 9_999_999_999)]
    public void Lives_are_digits_up_to_ten_as_a_number_or_in_a_string(string value, long expected) =>
        Assert.That(LivesOf(value), Is.EqualTo(((long?)expected, (long?)expected)));

    [TestCase("-1")]
    [TestCase("-0")]
    [TestCase("3599.0")]
    [TestCase("3.6e3")]
    [TestCase("1e400")]
    [TestCase("10000000000")]
    [TestCase("9223372036854775808")]
    [TestCase("\"\"")]
    [TestCase("\"+3599\"")]
    [TestCase("\"-3599\"")]
    [TestCase("\" 3599\"")]
    [TestCase("\"3599 \"")]
    [TestCase("\"3599.0\"")]
    [TestCase("\"3.6e3\"")]
    [TestCase("\"00000003599\"")]
    [TestCase("\"\u0663\u0665\"", Description = "digits of another script")]
    [TestCase("\"1h\"")]
    [TestCase("true")]
    [TestCase("{}")]
    [TestCase("[3599]")]
    [TestCase("{\"seconds\":3599}")]
    public void A_life_of_another_form_is_absent_and_the_token_is_good(string value) =>
        Assert.That(LivesOf(value), Is.EqualTo(((long?)null, (long?)null)));

    [Test]
    public void Unknown_members_are_skipped_whatever_they_hold()
    {
        string unknown = string.Concat(Enumerable.Range(0, 1000).Select(static i => $"\"x{i}\":{{\"access_token\":[1,\"\\uD83D\",null,true]}},"));

        Assert.That(Read($$"""{{{unknown}}"access_token":"at","token_type":"Bearer"}""").AccessToken, Is.EqualTo("at"));
    }

    [TestCase("""{"Access_Token":"x","ACCESS_TOKEN":"y","access_token":"at","token_type":"Bearer"}""")]
    [TestCase("""{"\u0061ccess_token":"at","token_type":"B\u0065arer"}""")]
    [TestCase(" \r\n\t{\"access_token\" : \"at\" , \"token_type\" : \"Bearer\"}\n ")]
    public void Names_are_case_sensitive_and_escapes_and_blanks_mean_nothing(string json) => Assert.That(Read(json).AccessToken, Is.EqualTo("at"));

    [TestCase(1)]
    [TestCase(64 * 1024)]
    public void Tokens_of_any_length_are_taken(int length)
    {
        string token = new('t', length);
        TokenResponse response = Read($$"""{"access_token":"{{token}}","token_type":"Bearer","refresh_token":"{{token}}"}""");

        Assert.That((response.AccessToken, response.RefreshToken!.Utf8.Length), Is.EqualTo((token, length)));
    }

    [Test]
    public void A_refresh_token_may_have_spaces_and_escapes()
    {
        TokenResponse response = Read("""{"access_token":"at","token_type":"Bearer","refresh_token":"a \"b\" \u0063\/"}""");

        Assert.That(Encoding.UTF8.GetString(response.RefreshToken!.Utf8), Is.EqualTo("a \"b\" c/"));
    }

    [Test]
    public void Eight_levels_are_read() =>
        Assert.That(Read("""{"x":{"x":{"x":{"x":{"x":{"x":{"x":{}}}}}}},"access_token":"at","token_type":"Bearer"}""").AccessToken, Is.EqualTo("at"));

    [TestCase("""{"error":"invalid_grant"}""")]
    [TestCase("""{"error":"invalid_grant","token_type":"Bearer","access_token":null}""")]
    public void An_error_without_a_token_is_an_error_and_no_problem(string json)
    {
        string? problem = TokenResponseReader.Read(Encoding.UTF8.GetBytes(json), out TokenResponse? response, out bool isError);

        Assert.That((problem, response, isError), Is.EqualTo(((string?)null, (TokenResponse?)null, true)));
    }

    [Test]
    public void The_response_does_not_print_its_tokens() =>
        Assert.That(Read("""{"access_token":"c4n4ry","token_type":"Bearer","refresh_token":"c4n4ry"}""").ToString(), Does.Not.Contain("c4n4ry"));

    private static (long? ExpiresIn, long? RefreshIn) LivesOf(string value)
    {
        TokenResponse response = Read($$"""{"expires_in":{{value}},"access_token":"at","refresh_in":{{value}},"token_type":"Bearer"}""");
        return (response.ExpiresInSeconds, response.RefreshInSeconds);
    }

    private static TokenResponse Read(string json)
    {
        string? problem = TokenResponseReader.Read(Encoding.UTF8.GetBytes(json), out TokenResponse? response, out bool isError);
        Assert.That((problem, isError), Is.EqualTo(((string?)null, false)));
        return response!;
    }
}
