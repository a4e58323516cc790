namespace AuthCode.Tests.Sessions;

/// <summary>Where Entra ID keeps the user, which refreshes tell it.</summary>
internal sealed class RoutingHintTests(bool isAsync) : BothWays(isAsync)
{
    private const string Ada = "eyJ1aWQiOiJ1LTEiLCJ1dGlkIjoidC0xIn0";
    private const string Moved = "eyJ1aWQiOiJ1LTEiLCJ1dGlkIjoidC0yIn0";

    [Test]
    public async Task The_newest_one_that_came_is_sent()
    {
        var endpoint = new ScriptedEndpoint(
            Answer.Token(clientInfo: Ada), Answer.Token(), Answer.Token(clientInfo: Moved), Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        foreach (string scope in new[] { "a", "b", "c", "d" })
        {
            await GetToken(credential, scope);
        }

        Assert.That(
            endpoint.Requests.Select(static sent => sent.Header("x-anchormailbox")), Is.EqualTo(new[] { null, "oid:u-1@t-1", "oid:u-1@t-1", "oid:u-1@t-2" }));
    }
}
