using System.Net;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>Responses that are not quite as the specification has them, and whose tokens are good: a code has been spent on them.</summary>
internal sealed class LenientResponseTests(bool isAsync) : BothWays(isAsync)
{
    private const string Good = "\"access_token\":\"access-1\",\"token_type\":\"Bearer\",\"expires_in\":3600";

    [TestCase("\"access_token\":\"access-1\"")]
    [TestCase("\"token_type\":\"Bearer\"")]
    [TestCase("\"expires_in\":3600")]
    [TestCase("\"refresh_token\":\"r\",\"refresh_token\":\"r\"")]
    [TestCase("\"scope\":\"a b\",\"scope\":\"a b\"")]
    [TestCase("\"scope\":[\"a\"],\"scope\":[\"a\"]")]
    [TestCase("\"id_token\":null,\"id_token\":null")]
    [TestCase("\"error\":\"\",\"error\":\"\"")]
    public async Task A_member_that_stands_twice_with_the_same_value_is_taken(string again) =>
        Assert.That(await Read($"{{{Good},{again}}}"), Is.EqualTo("access-1"));

    [TestCase("false")]
    [TestCase("{}")]
    [TestCase("{ }")]
    [TestCase("[]")]
    [TestCase("0")]
    [TestCase("null")]
    [TestCase("\"\"")]
    public async Task An_error_that_says_that_there_is_none_costs_no_token(string none) => Assert.Multiple(async () =>
    {
        Assert.That(await Read($"{{{Good},\"error\":{none}}}"), Is.EqualTo("access-1"));
        Assert.That(await Read($"{{\"error\":{none},{Good}}}"), Is.EqualTo("access-1"));
    });

    [TestCase("\"error\":true", "it has both access_token and error")]
    [TestCase("\"error\":1", "it has both access_token and error")]
    [TestCase("\"error\":[\"x\"]", "it has both access_token and error")]
    [TestCase("\"error\":{\"message\":\"no\"}", "it has both access_token and error")]
    [TestCase("\"access_token\":\"access-2\"", "access_token is given twice")]
    [TestCase("\"expires_in\":3601", "expires_in is given twice")]
    [TestCase("\"expires_in\":\"3600\"", "expires_in is given twice")]
    [TestCase("\"token_type\":null", "token_type is given twice")]
    public async Task What_is_not_the_same_or_says_that_there_is_an_error_is_refused(string more, string problem)
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Json(HttpStatusCode.OK, $"{{{Good},{more}}}")));

        Assert.That((await Failure(credential)).Message, Does.Contain(problem));
    }

    [Test]
    public async Task An_error_that_is_an_object_is_told_by_its_words()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(
            Answer.Json(HttpStatusCode.OK, """{"error":{"message":"This authorization code has been used.","type":"OAuthException"}}""")));

        Assert.That((await Failure(credential)).Message, Does.EndWith("OAuthException: This authorization code has been used."));
    }

    private async Task<string> Read(string json)
    {
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Json(HttpStatusCode.OK, json)));
        return (await GetToken(credential)).Token;
    }
}
