namespace AuthCode.Tests.TokenEndpoint;

/// <summary>Claims that are not a usable JSON object: refused before anything is sent, with and without CAE, and never repeated.</summary>
internal sealed class MalformedClaimsTests(bool isAsync) : BothWays(isAsync)
{
    private const int Limit = 64 * 1024;

    private static readonly TestCaseData<string>[] Malformed =
    [
        new("{") { TestName = "cut off, as a challenge may have them" },
        new(" ") { TestName = "blank" },
        new("c4n4ry") { TestName = "no JSON" },
        new("{'c4n4ry':1}") { TestName = "single quotes" },
        new("""{"c4n4ry":1,}""") { TestName = "a trailing comma" },
        new("""{"c4n4ry":1} // x""") { TestName = "a comment" },
        new("""{"c4n4ry":1}{}""") { TestName = "two values" },
        new("""["c4n4ry"]""") { TestName = "an array" },
        new("\"c4n4ry\"") { TestName = "a string" },
        new("1") { TestName = "a number" },
        new("null") { TestName = "null" },
        new("""{"c4n4ry":1,"c4n4ry":2}""") { TestName = "a member twice" },
        new("""{"access_token":{"c4n4ry":1,"c4n4ry":2}}""") { TestName = "a member twice below" },
        new("""{"c4n4ry":"\uD83D"}""") { TestName = "a lone surrogate as an escape" },
        new($"{{\"c4n4ry\":\"{(char)0xD83D}\"}}") { TestName = "a lone surrogate" },
        new("""{"access_token":"c4n4ry"}""") { TestName = "an access_token that is a string" },
        new("""{"access_token":["c4n4ry"]}""") { TestName = "an access_token that is an array" },
        new(Nested(17)) { TestName = "17 levels deep" },
        new(Nested(100)) { TestName = "100 levels deep" },
        new(Nested(20_000)) { TestName = "20,000 levels deep" },
        new(OfLength(Limit + 1)) { TestName = "64 KiB + 1" },
        new(OfLength(1024 * 1024)) { TestName = "1 MiB" },
    ];

    private readonly ScriptedEndpoint _endpoint = new();

    [TestCaseSource(nameof(Malformed))]
    public Task They_are_refused(string claims) => AreRefused(claims, cae: false);

    [TestCaseSource(nameof(Malformed))]
    public Task They_are_refused_with_CAE(string claims) => AreRefused(claims, cae: true);

    [Test]
    public async Task Claims_16_levels_deep_and_64_KiB_long_are_sent([Values] bool cae)
    {
        _endpoint.Then(Answer.Token(), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint);

        await GetToken(credential, Some.Request(The.Vault, claims: Nested(16), cae: cae));
        await GetToken(credential, Some.Request(The.Vault, claims: OfLength(Limit), cae: cae));

        _endpoint.Verify();
    }

    [Test]
    public async Task A_refusal_leaves_the_code()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint);
        await Failure(credential, Some.Request(The.Vault, claims: "{"));
        _endpoint.Then(Answer.Token("access-1"));

        Assert.That((await GetToken(credential, The.Vault)).Token, Is.EqualTo("access-1"));
    }

    private async Task AreRefused(string claims, bool cae)
    {
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint);

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Vault, claims: claims, cae: cae));

        _endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(failure.InnerException, Is.TypeOf<ArgumentException>().With.Message.Contains("must be a JSON object"));
            Assert.That(failure.Message, Does.Contain("TokenRequestContext.Claims"));
            Assert.That(failure.ToString(), Does.Not.Contain("c4n4ry"));
            Assert.That(failure.Response, Is.Null);
        });
    }

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

    private static string OfLength(int length) => $$"""{"a":"{{new string('x', length - 8)}}"}""";
}
