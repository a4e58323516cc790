using System.Net;
using System.Text;
using NUnit.Framework.Constraints;

namespace AuthCode.Testing.Tests;

/// <summary>A client with a secret, a public client, and a client whose assertion comes from elsewhere.</summary>
internal sealed class ClientSecretTests : IDisposable
{
    // Each character that a form or a Basic header could lose.
    private const string Secret = "a+b c/d=e&f:g%20h~é";

    private readonly Caller _caller = new(static options => options.ClientSecret = Secret);

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task The_secret_in_the_body_is_accepted() => Assert.That(await _caller.RedeemAsync(), Reply.Granted);

    [Test]
    public async Task The_secret_in_a_Basic_header_is_accepted()
    {
        _caller.Headers["Authorization"] = Basic(_caller.Aad.ClientId, Secret);

        Assert.That(await _caller.RedeemAsync(("client_id", null), ("client_secret", null)), Reply.Granted);
    }

    [TestCase("wrong")]
    [TestCase("")]
    [TestCase("A+b c/d=e&f:g%20h~é")]
    [TestCase(Secret + " ")]
    public async Task A_wrong_secret_is_refused_and_leaves_the_code(string secret)
    {
        string code = _caller.Aad.IssueCode(The.Vault);

        Assert.That(await _caller.RedeemAsync(code, ("client_secret", secret)), Refused(7000215));
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [TestCase("wrong")]
    [TestCase("")]
    public async Task A_wrong_secret_in_a_Basic_header_is_refused(string secret)
    {
        _caller.Headers["Authorization"] = Basic(_caller.Aad.ClientId, secret);

        Assert.That(await _caller.RedeemAsync(("client_id", null), ("client_secret", null)), Refused(7000215));
    }

    [Test]
    public async Task No_secret_is_refused()
    {
        Reply reply = await _caller.RedeemAsync(("client_secret", null));

        Assert.That(reply, Refused(7000218));
        Assert.That(reply["error_description"], Does.Contain("'client_assertion' or 'client_secret'"));
    }

    [Test]
    public async Task A_refresh_needs_the_secret_too()
    {
        string refreshToken = await _caller.SignInAsync();

        Assert.That(await _caller.RefreshAsync(refreshToken, ("client_secret", null)), Refused(7000218));
        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Granted);
    }

    [Test]
    public async Task An_unknown_client_is_refused([Values("11112222-bbbb-3333-cccc-4444dddd5555", "")] string client) =>
        Assert.That(await _caller.RedeemAsync(("client_id", client)), Reply.Refused("unauthorized_client", 700016));

    [Test]
    public async Task A_malformed_Basic_header_is_refused()
    {
        _caller.Headers["Authorization"] = "Basic !!!";

        Assert.That(await _caller.RedeemAsync(), Reply.Refused("invalid_request", 9002313));
    }

    [Test]
    public async Task A_public_client_needs_nothing_and_may_send_nothing()
    {
        using var caller = new Caller(static options => options.ClientSecret = null);

        Assert.That(await caller.RedeemAsync(), Reply.Granted);
        Assert.That(await caller.RedeemAsync(("client_secret", "x")), Refused(700025));
        Assert.That(await caller.RedeemAsync(("client_assertion_type", Assertion.Type), ("client_assertion", "x")), Refused(700025));
    }

    [Test]
    public async Task An_assertion_without_a_registered_certificate_is_refused() => Assert.That(
        await _caller.RedeemAsync(("client_secret", null), ("client_assertion_type", Assertion.Type), ("client_assertion", "x")), Refused(700027));

    [Test]
    public async Task A_federated_assertion_is_what_the_predicate_says()
    {
        using var caller = new Caller(static options =>
        {
            options.ClientSecret = null;
            options.AcceptAssertion = static assertion => assertion == "from-elsewhere";
        });

        Assert.That(await SendAsync("from-elsewhere"), Reply.Granted);
        Assert.That(await SendAsync("from-elsewhere"), Reply.Granted, "nothing says that it works once");
        Assert.That(await SendAsync("from-Elsewhere"), Refused(700027));
        Assert.That(await caller.RedeemAsync(), Refused(7000218));

        Task<Reply> SendAsync(string assertion) => caller.RedeemAsync(("client_assertion_type", Assertion.Type), ("client_assertion", assertion));
    }

    private static IResolveConstraint Refused(int code) => Reply.Refused("invalid_client", code, HttpStatusCode.Unauthorized);

    // RFC 6749 section 2.3.1: both parts are form-encoded first.
    private static string Basic(string id, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}"));

    [Test]
    public async Task Two_ways_at_once_are_refused()
    {
        _caller.Headers["Authorization"] = Basic(_caller.Aad.ClientId, Secret);

        Assert.That(await _caller.RedeemAsync(("client_secret", Secret)), Reply.Refused("invalid_request", 9002313));
        Assert.That(await _caller.RedeemAsync(("client_secret", null), ("client_assertion", "a.b.c")), Reply.Refused("invalid_request", 9002313));
    }

    [Test]
    public async Task A_secret_together_with_an_assertion_is_refused() =>
        Assert.That(await _caller.RedeemAsync(("client_assertion", "a.b.c")), Reply.Refused("invalid_request", 9002313));

    [Test]
    public async Task The_client_ID_in_the_body_must_be_that_of_the_Basic_header()
    {
        _caller.Headers["Authorization"] = Basic(_caller.Aad.ClientId, Secret);

        Assert.That(await _caller.RedeemAsync(("client_secret", null), ("client_id", The.Client)), Reply.Refused("invalid_request", 9002313));
    }

    [Test]
    public async Task A_client_is_the_same_in_any_letter_case() =>
        Assert.That(await _caller.RedeemAsync(("client_id", _caller.Aad.ClientId.ToUpperInvariant())), Reply.Granted);
}
