using System.Net;
using System.Text.Json.Nodes;

namespace AuthCode.Testing.Tests;

/// <summary>Faults: each once, in their order, and then all is well again.</summary>
internal sealed class FaultTests : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [TestCase(null)]
    [TestCase(7.0)]
    [TestCase(6.1)]
    public async Task Throttling_says_how_long_to_wait(double? seconds)
    {
        _caller.Aad.Enqueue(FakeAadFault.Throttle(seconds is { } given ? TimeSpan.FromSeconds(given) : null));

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(reply.Headers.RetryAfter?.Delta, Is.EqualTo(seconds is null ? (TimeSpan?)null : TimeSpan.FromSeconds(7)));
    }

    [Test]
    public async Task A_service_that_is_down_says_so()
    {
        _caller.Aad.Enqueue(FakeAadFault.Unavailable(TimeSpan.FromSeconds(3)), FakeAadFault.Unavailable());

        Reply first = await _caller.RedeemAsync();
        Reply second = await _caller.RedeemAsync();

        Assert.That(new[] { first.Status, second.Status }, Has.All.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(first.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(second.Headers.RetryAfter, Is.Null);
    }

    [Test]
    public async Task Any_status_and_body_can_be_sent()
    {
        _caller.Aad.Enqueue(FakeAadFault.Status(418, "{\"tea\":\"é\"}", "application/json", TimeSpan.FromMinutes(1)));

        Reply reply = await _caller.RedeemAsync();

        Assert.Multiple(() =>
        {
            Assert.That((int)reply.Status, Is.EqualTo(418));
            Assert.That(reply.Body, Is.EqualTo("{\"tea\":\"é\"}"));
            Assert.That(reply.MediaType, Is.EqualTo("application/json"));
            Assert.That(reply.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromMinutes(1)));
        });
    }

    [Test]
    public async Task An_error_has_the_form_of_Entra_IDs()
    {
        const string Claims = """{"access_token":{"acrs":{"value":"c1"}}}""";
        _caller.Headers["client-request-id"] = The.Tenant;
        _caller.Aad.Enqueue(FakeAadFault.Error("interaction_required", 50079, "Enroll, please.", "basic_action", Claims));

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply, Reply.Refused("interaction_required", 50079));
        Assert.Multiple(() =>
        {
            Assert.That(reply["error_description"], Does.StartWith("AADSTS50079: Enroll, please."));
            Assert.That(reply["suberror"], Is.EqualTo("basic_action"));
            Assert.That(reply["claims"], Is.EqualTo(Claims));
            Assert.That(reply["correlation_id"], Is.EqualTo(The.Tenant));
        });
    }

    [Test]
    public async Task A_captive_portal_responds_with_a_page()
    {
        _caller.Aad.Enqueue(FakeAadFault.HtmlPage());

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply, Reply.Granted);
        Assert.That(reply.MediaType, Is.EqualTo("text/html"));
        Assert.That(reply.Body, Does.StartWith("<html>"));
    }

    [Test]
    public async Task A_redirect_points_where_the_test_says()
    {
        _caller.Aad.Enqueue(FakeAadFault.Redirect(new Uri("https://evil.example/token")));

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.TemporaryRedirect));
        Assert.That(reply.Headers.Location, Is.EqualTo(new Uri("https://evil.example/token")));
    }

    private static IEnumerable<TestCaseData<FakeAadFault>> ThatLeaveTheGrant() =>
    [
        new(FakeAadFault.Status(500)) { TestName = "Status" },
        new(FakeAadFault.Throttle()) { TestName = "Throttle" },
        new(FakeAadFault.Unavailable()) { TestName = "Unavailable" },
        new(FakeAadFault.Error("invalid_grant", 70000)) { TestName = "Error" },
        new(FakeAadFault.HtmlPage()) { TestName = "HtmlPage" },
        new(FakeAadFault.Redirect(new Uri("https://evil.example/"))) { TestName = "Redirect" },
    ];

    [TestCaseSource(nameof(ThatLeaveTheGrant))]
    public async Task A_fault_before_the_grant_is_looked_at_leaves_it(FakeAadFault fault)
    {
        string code = _caller.Aad.IssueCode(The.Vault);
        _caller.Aad.Enqueue(fault);
        await _caller.RedeemAsync(code);

        Assert.That(fault.ConsumesGrant, Is.False);
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted);
    }

    [Test]
    public async Task A_lost_response_spends_the_code()
    {
        string code = _caller.Aad.IssueCode(The.Vault);
        _caller.Aad.Enqueue(FakeAadFault.ResponseLost());

        Assert.That((await _caller.RedeemAsync(code)).Status, Is.EqualTo(HttpStatusCode.BadGateway));
        Assert.That(await _caller.RedeemAsync(code), Reply.Refused("invalid_grant", 54005));
        Assert.That(FakeAadFault.ResponseLost().ConsumesGrant, Is.True);
    }

    [Test]
    public async Task A_lost_response_rotates_the_refresh_token()
    {
        _caller.Aad.Options.RevokeOnReplay = true;
        string refreshToken = await _caller.SignInAsync();
        _caller.Aad.Enqueue(FakeAadFault.ResponseLost());
        await _caller.RefreshAsync(refreshToken);

        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Refused("invalid_grant", 50173));
    }

    [Test]
    public async Task A_broken_response_spends_the_code()
    {
        string code = _caller.Aad.IssueCode(The.Vault);
        _caller.Aad.Enqueue(FakeAadFault.MalformedJson());

        Reply broken = await _caller.RedeemAsync(code);

        Assert.That(broken, Reply.Granted);
        Assert.That(() => JsonNode.Parse(broken.Body), Throws.InstanceOf<System.Text.Json.JsonException>());
        Assert.That(await _caller.RedeemAsync(code), Reply.Refused("invalid_grant", 54005));
        Assert.That(FakeAadFault.MalformedJson().ConsumesGrant, Is.True);
    }

    [Test]
    public async Task Faults_come_in_their_order_and_then_all_is_well()
    {
        _caller.Aad.Enqueue(FakeAadFault.Status(500), FakeAadFault.Status(501));
        _caller.Aad.Enqueue(FakeAadFault.Status(502));
        _caller.Aad.Enqueue();

        int[] statuses = new int[5];
        for (int i = 0; i < statuses.Length; i++)
        {
            statuses[i] = (int)(await _caller.RedeemAsync()).Status;
        }

        Assert.That(statuses, Is.EqualTo([500, 501, 502, 200, 200]));
    }

    [Test]
    public async Task Of_many_requests_at_once_each_fault_meets_one()
    {
        _caller.Aad.Enqueue([.. Enumerable.Repeat(FakeAadFault.Throttle(), 10)]);

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _caller.RedeemAsync()));

        Assert.That(replies, Has.Exactly(10).Property(nameof(Reply.Status)).EqualTo(HttpStatusCode.TooManyRequests).And.Exactly(20).Matches(Reply.Granted.Resolve()));
    }

    [Test]
    public async Task Faults_wait_for_a_token_request()
    {
        _caller.Aad.Enqueue(FakeAadFault.Status(500));

        Assert.That((await _caller.AuthorizeAsync()).Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That((await _caller.GetAsync("common/discovery/v2.0/keys")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await _caller.RedeemAsync()).Status, Is.EqualTo(HttpStatusCode.InternalServerError));
    }

    [Test]
    public async Task A_refusal_gets_lost_too()
    {
        _caller.Aad.Enqueue(FakeAadFault.ResponseLost());

        Assert.That((await _caller.RedeemAsync("made-up")).Status, Is.EqualTo(HttpStatusCode.BadGateway));
    }

    [Test]
    public async Task A_client_that_is_not_known_is_unauthorized()
    {
        _caller.Aad.Enqueue(FakeAadFault.Error("invalid_client", 7000222));

        Assert.That(await _caller.RedeemAsync(), Reply.Refused("invalid_client", 7000222, HttpStatusCode.Unauthorized));
    }

    [Test]
    public void A_response_that_cannot_be_sent_is_refused_as_a_fault() => Assert.Multiple(static () =>
    {
        Assert.That(static () => FakeAadFault.Status(199), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(static () => FakeAadFault.Status(600), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(static () => FakeAadFault.Throttle(TimeSpan.FromTicks(-1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(static () => FakeAadFault.Redirect(new Uri("/token", UriKind.Relative)), Throws.ArgumentException);
    });

    [Test]
    public async Task Of_faults_with_a_mistake_among_them_none_comes()
    {
        Assert.That(() => _caller.Aad.Enqueue(FakeAadFault.Throttle(), null!), Refusal.OfNull("faults"));

        Assert.That(await _caller.RedeemAsync(), Reply.Granted);
    }
}
