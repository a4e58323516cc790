using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.IdTokens;

/// <summary>What a logout token must be (OpenID Connect Back-Channel Logout section 2.6).</summary>
internal sealed class LogoutTokenTests
{
    private const string Session = "server-session-1";
    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly Provider _server = new();

    [TestCase("""{"alg":"RS256","kid":"key-1","typ":"logout+jwt"}""", true)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":"application/logout+jwt"}""", true)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":"Logout+JWT"}""", true)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":"JWT"}""", true)]
    [TestCase("""{"alg":"RS256","kid":"key-1"}""", true)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":"at+jwt"}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":"secevent+jwt"}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":""}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":["logout+jwt"]}""", false)]
    [TestCase("""{"alg":"none","typ":"logout+jwt"}""", false)]
    [TestCase("""{"alg":"HS256","kid":"key-1","typ":"logout+jwt"}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-9","typ":"logout+jwt"}""", false)]
    [TestCase("""{"alg":"RS256","kid":"key-1","typ":"logout+jwt","crit":["exp"]}""", false)]
    public Task Its_header(string header, bool isTaken) => ExpectAsync(Provider.Sign(header, Good()), isTaken);

    [TestCase("iss", "\"https://another.example\"", false)]
    [TestCase("iss", null, false)]
    [TestCase("aud", "\"another\"", false)]
    [TestCase("aud", null, false)]
    [TestCase("aud", $"[\"another\",\"{The.Client}\"]", true)]
    [TestCase("events", null, false)]
    [TestCase("events", "{}", false)]
    [TestCase("events", $"\"{Event}\"", false)]
    [TestCase("events", $"[\"{Event}\"]", false)]
    [TestCase("events", $"{{\"{Event}\":true}}", false)]
    [TestCase("events", $"{{\"{Event}\":{{}},\"https://x.example/event\":{{}}}}", true)]
    [TestCase("nonce", "\"n\"", false)]
    [TestCase("nonce", "null", false)]
    [TestCase("jti", null, false)]
    [TestCase("jti", "\"\"", false)]
    [TestCase("jti", "7", false)]
    [TestCase("sid", "7", false)]
    [TestCase("sid", null, false)]
    [TestCase("sub", "\"subject-1\"", true)]
    [TestCase("sub", "[]", false)]
    [TestCase("exp", null, false)]
    [TestCase("iat", null, false)]
    [TestCase("nbf", "4102444800", false)]
    [TestCase("x", "1", true)]
    public Task Its_claims(string name, string? value, bool isTaken)
    {
        JsonObject payload = Good();
        payload.Remove(name);
        if (value is not null)
        {
            payload[name] = JsonNode.Parse(value);
        }

        return ExpectAsync(Provider.Sign(payload), isTaken);
    }

    [TestCase("exp", -300, false, TestName = "Its_times(expired 5 minutes ago)")]
    [TestCase("exp", -299, true, TestName = "Its_times(expired 5 minutes - 1 s ago)")]
    [TestCase("iat", 300, true, TestName = "Its_times(issued in 5 minutes)")]
    [TestCase("iat", 301, false, TestName = "Its_times(issued in 5 minutes + 1 s)")]
    [TestCase("iat", -86_400, false, TestName = "Its_times(issued 24 h ago)")]
    [TestCase("iat", -86_399, true, TestName = "Its_times(issued 24 h - 1 s ago)")]
    public Task Its_times(string name, int seconds, bool isTaken)
    {
        JsonObject payload = Good();
        payload[name] = The.Now.AddSeconds(seconds).ToUnixTimeSeconds();
        return ExpectAsync(Provider.Sign(payload), isTaken);
    }

    [Test]
    public Task Its_signature_can_be_on_the_curve() => ExpectAsync(Provider.SignedOnTheCurve(Provider.Sign(Good())), isTaken: true);

    [Test]
    public Task An_ID_token_is_none() => ExpectAsync(Provider.IdToken("nonce-1", static claims => claims["sid"] = Session), isTaken: false);

    [TestCase("")]
    [TestCase("a.b.c")]
    [TestCase("no token")]
    public Task What_is_no_token_is_refused(string token) => ExpectAsync(token, isTaken: false);

    [Test]
    public Task A_changed_token_is_refused()
    {
        string[] parts = Provider.Sign(Good()).Split('.');
        return ExpectAsync($"{parts[0]}.{parts[1]}.{parts[2][..^8]}AAAAAAAA", isTaken: false);
    }

    [Test]
    public void A_failure_quotes_nothing_of_the_token()
    {
        JsonObject payload = Good();
        payload["nonce"] = "c4n4ry";
        AuthorizationCodeClient client = Client();

        AuthenticationFailedException failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await client.Sessions.EndByLogoutTokenAsync(Provider.Sign(payload)))!;

        Assert.That((failure.IsTransient, failure.IsSignInRequired, failure.ToString().Contains("c4n4ry", StringComparison.Ordinal)), Is.EqualTo((false, false, false)));
    }

    private static JsonObject Good() => Provider.LogoutToken(The.Now, Session);

    // The session that the token is about ends if it is taken, and goes on if it is not.
    private async Task ExpectAsync(string token, bool isTaken)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        _server.Answers["/token"] = _ => Provider.Json(System.Net.HttpStatusCode.OK, _server.Token(request.Transaction.Nonce.Value, claims: static claims => claims["sid"] = Session));
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"));

        if (isTaken)
        {
            await client.Sessions.EndByLogoutTokenAsync(token);
        }
        else
        {
            Assert.That(async () => await client.Sessions.EndByLogoutTokenAsync(token), Throws.InstanceOf<AuthenticationFailedException>().With.Message.StartsWith("Logout token validation failed: "));
        }

        Assert.That(await client.Sessions.GetStatusAsync(user.SessionKey), Is.EqualTo(isTaken ? UserSessionStatus.Ended : UserSessionStatus.Alive));
    }

    private AuthorizationCodeClient Client()
    {
        var options = new AuthorizationCodeClientOptions { HttpClient = new HttpClient(_server) { Timeout = Timeout.InfiniteTimeSpan }, TimeProvider = _time };
        return new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer)), The.Client, options);
    }
}
