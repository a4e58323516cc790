using System.Text;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>The body of a 200 answer: what of it is refused, in words that quote nothing of it.</summary>
internal sealed class MalformedResponseTests
{
    private static readonly string[] AsciiThatNoTokenHas = [.. Enumerable.Range(0, 0x20).Append(0x7F).Select(static c => $"\\u{c:X4}")];

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("{")]
    [TestCase("""{"access_token":"c4n4ry","token_type":"Bearer" """)]
    [TestCase("""{"access_token":"c4n4ry","token_type":"Bea""")]
    [TestCase("""{"access_token":"c4n4ry","token_type":"Bearer",}""")]
    [TestCase("""{"access_token":"c4n4ry","token_type":"Bearer"} x""")]
    [TestCase("""{"access_token":"c4n4ry","token_type":"Bearer"}{}""")]
    [TestCase("""{access_token:"c4n4ry"}""")]
    [TestCase("""{"access_token":"c4n4ry" /* x */,"token_type":"Bearer"}""")]
    [TestCase("<html>c4n4ry</html>")]
    [TestCase("access_token=c4n4ry&token_type=Bearer")]
    [TestCase("[]")]
    [TestCase("""[{"access_token":"c4n4ry","token_type":"Bearer"}]""")]
    [TestCase("\"c4n4ry\"")]
    [TestCase("1")]
    [TestCase("null")]
    public void What_is_no_JSON_object_is_refused(string body) => Assert.That(ProblemOf(body), Is.AnyOf("it is not valid JSON", "it is not a JSON object"));

    [TestCase("access_token")]
    [TestCase("token_type")]
    public void A_required_member_that_is_missing_is_named(string missing)
    {
        string other = missing == "token_type" ? "access_token" : "token_type";

        Assert.That(ProblemOf($$"""{"{{other}}":"Bearer"}"""), Is.EqualTo($"it has no {missing}"));
    }

    [TestCase("access_token")]
    [TestCase("token_type")]
    public void A_required_member_that_is_null_is_missing(string missing)
    {
        string other = missing == "token_type" ? "access_token" : "token_type";

        Assert.That(ProblemOf($$"""{"{{other}}":"Bearer","{{missing}}":null}"""), Is.EqualTo($"it has no {missing}"));
    }

    [Test]
    public void An_empty_access_token_is_none() => Assert.That(ProblemOf("""{"access_token":"","token_type":"Bearer"}"""), Is.EqualTo("it has no access_token"));

    [Test]
    public void A_text_member_of_another_type_is_refused(
        [Values("access_token", "token_type", "refresh_token", "scope")] string name, [Values("1", "true", "{}", "[1]", "[[\"c4n4ry\"]]", "{\"c4n4ry\":1}")] string value)
    {
        string others = string.Concat(new[] { "access_token", "token_type" }.Where(other => other != name).Select(static other => $"\"{other}\":\"Bearer\","));

        Assert.That(ProblemOf($$"""{{{others}}"{{name}}":{{value}}}"""), Is.EqualTo($"{name} is not a string"));
    }

    [TestCase("DPoP")]
    [TestCase("mac")]
    [TestCase("pop")]
    [TestCase("")]
    [TestCase("Bearer ")]
    [TestCase("N_A")]
    public void A_token_type_that_is_not_understood_is_refused(string type) =>
        Assert.That(ProblemOf($$"""{"access_token":"at","token_type":"{{type}}"}"""), Is.EqualTo("its token_type is not Bearer"));

    [Test]
    public void A_member_that_stands_twice_with_different_values_is_refused(
        [Values("access_token", "token_type", "expires_in", "refresh_in", "scope", "refresh_token", "client_info", "error")] string name,
        [Values("\"y\"", "null")] string second)
    {
        string json = $$"""{"{{name}}":"x","{{name}}":{{second}}}""";

        Assert.That(ProblemOf(json), Is.EqualTo($"{name} is given twice"));
    }

    [Test]
    public void A_member_that_stands_twice_with_an_escape_is_refused() => Assert.That(
        ProblemOf("""{"access_token":"a","\u0061ccess_token":"b","token_type":"Bearer"}"""), Is.EqualTo("access_token is given twice"));

    [Test]
    public void A_token_and_an_error_contradict_each_other() => Assert.That(
        ProblemOf("""{"access_token":"at","token_type":"Bearer","error":"invalid_grant"}"""), Is.EqualTo("it has both access_token and error"));

    [TestCaseSource(nameof(AsciiThatNoTokenHas))]
    public void An_access_token_with_a_control_character_is_refused(string escape) => Assert.That(
        ProblemOf($$"""{"access_token":"c4n4ry{{escape}}","token_type":"Bearer"}"""), Is.EqualTo("its access_token has characters that are not valid in a header"));

    [TestCase(" ")]
    [TestCase("\\r\\nX-Evil: 1")]
    [TestCase("\u00E9")]
    [TestCase("\u20AC")]
    [TestCase("\uD83D\uDE00")]
    public void An_access_token_that_could_not_stand_in_a_header_is_refused(string tail) => Assert.That(
        ProblemOf($$"""{"access_token":"c4n4ry{{tail}}","token_type":"Bearer"}"""), Is.EqualTo("its access_token has characters that are not valid in a header"));

    [TestCaseSource(nameof(AsciiThatNoTokenHas))]
    public void A_refresh_token_with_a_control_character_is_refused(string escape) => Assert.That(
        ProblemOf($$"""{"access_token":"at","token_type":"Bearer","refresh_token":"c4n4ry{{escape}}"}"""), Is.EqualTo("its refresh_token has characters that are not valid in a token"));

    [TestCase("\u00E9")]
    [TestCase("\uD83D\uDE00")]
    public void A_refresh_token_beyond_ASCII_is_refused(string tail) => Assert.That(
        ProblemOf($$"""{"access_token":"at","token_type":"Bearer","refresh_token":"c4n4ry{{tail}}"}"""), Is.EqualTo("its refresh_token has characters that are not valid in a token"));

    [TestCase("access_token")]
    [TestCase("refresh_token")]
    [TestCase("scope")]
    public void A_lone_surrogate_is_refused(string name) =>
        Assert.That(ProblemOf($$"""{"token_type":"Bearer","{{name}}":"c4n4ry\uD83D"}"""), Is.EqualTo("it is not valid JSON"));

    [Test]
    public void Invalid_UTF_8_is_refused([Values("access_token", "refresh_token", "scope")] string name)
    {
        byte[] body = Encoding.Latin1.GetBytes($$"""{"token_type":"Bearer","{{name}}":"c4n4ry{{"\u00C3("}}"}""");

        Assert.That(TokenResponseReader.Read(body, out _, out _), Is.EqualTo("it is not valid JSON"));
    }

    [TestCase(9)]
    [TestCase(65)]
    [TestCase(400_000)]
    public void Deeper_than_eight_levels_is_refused(int levels)
    {
        string nested = string.Concat(Enumerable.Repeat("[", levels - 1)) + new string(']', levels - 1);

        Assert.That(ProblemOf($$"""{"x":{{nested}},"access_token":"at","token_type":"Bearer"}"""), Is.EqualTo("it is not valid JSON"));
    }

    private static string? ProblemOf(string body)
    {
        string? problem = TokenResponseReader.Read(Encoding.UTF8.GetBytes(body), out TokenResponse? response, out bool isError);
        Assert.That((response, isError), Is.EqualTo(((TokenResponse?)null, false)));
        Assert.That(problem, Does.Not.Contain("c4n4ry"));
        return problem;
    }
}
