using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Testing.Tests;

/// <summary>What the fake remembers of its requests.</summary>
internal sealed class RequestLogTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Now);
    private readonly Caller _caller;

    public RequestLogTests() => _caller = new Caller(options => options.TimeProvider = _clock);

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task A_token_request_is_recorded_with_its_fields_and_headers()
    {
        const string State = "a+b c&d=é%20";
        _caller.Tenant = The.Tenant;
        _caller.Headers["X-Client-SKU"] = "the sku";
        _clock.Advance(The.Hour);

        await _caller.RedeemAsync("made-up", ("x", State), ("empty", ""));
        FakeAadRequest request = _caller.Aad.Requests.Single();

        Assert.Multiple(() =>
        {
            Assert.That(request.Method, Is.EqualTo("POST"));
            Assert.That(request.Path, Is.EqualTo($"/{The.Tenant}/oauth2/v2.0/token"));
            Assert.That(request.TenantId, Is.EqualTo(The.Tenant));
            Assert.That(request.GrantType, Is.EqualTo("authorization_code"));
            Assert.That(request.Scopes, Is.EqualTo([The.Vault, "offline_access"]));
            Assert.That(request.Form["x"], Is.EqualTo(State));
            Assert.That(request.Form["empty"], Is.Empty);
            Assert.That(request.Parameters.Select(static pair => pair.Key), Is.EqualTo(
                ["client_id", "client_secret", "scope", "grant_type", "code", "redirect_uri", "x", "empty"]));
            Assert.That(request.Headers["x-client-sku"], Is.EqualTo("the sku"));
            Assert.That(request.ReceivedAt, Is.EqualTo(The.Now + The.Hour));
            Assert.That(request.StatusCode, Is.EqualTo(400));
        });
    }

    [Test]
    public async Task An_authorize_request_is_remembered_with_its_query()
    {
        await _caller.GetAsync(_caller.Aad.AuthorizeUri([The.Vault, "openid"], state: "a b+c&d"));
        FakeAadRequest request = _caller.Aad.Requests.Single();

        Assert.Multiple(() =>
        {
            Assert.That(request.Method, Is.EqualTo("GET"));
            Assert.That(request.Path, Does.EndWith("/oauth2/v2.0/authorize"));
            Assert.That(request.GrantType, Is.Null);
            Assert.That(request.Scopes, Is.EqualTo([The.Vault, "openid"]));
            Assert.That(request.Form["state"], Is.EqualTo("a b+c&d"));
            Assert.That(request.StatusCode, Is.EqualTo(302));
        });
    }

    [Test]
    public async Task Requests_are_in_their_order_and_token_requests_are_those_of_the_token_endpoint()
    {
        await _caller.AuthorizeAsync();
        await _caller.RedeemAsync();
        await _caller.GetAsync("nowhere");
        _caller.Tenant = The.OtherTenant;
        await _caller.RedeemAsync("made-up");

        Assert.That(_caller.Aad.Requests.Select(static request => request.StatusCode), Is.EqualTo([302, 200, 404, 400]));
        Assert.That(_caller.Aad.TokenRequests.Select(static request => request.StatusCode), Is.EqualTo([200, 400]));
    }

    [Test]
    public async Task A_faulty_response_is_recorded_too()
    {
        _caller.Aad.Enqueue(FakeAadFault.Throttle());
        await _caller.RedeemAsync();

        Assert.That(_caller.Aad.TokenRequests.Single().StatusCode, Is.EqualTo(429));
    }

    [Test]
    public async Task Forgotten_requests_are_gone_and_new_ones_are_remembered()
    {
        await _caller.RedeemAsync();
        IReadOnlyList<FakeAadRequest> before = _caller.Aad.Requests;

        _caller.Aad.ClearRequests();

        Assert.That(_caller.Aad.Requests, Is.Empty);
        Assert.That(_caller.Aad.TokenRequests, Is.Empty);
        Assert.That(before, Has.Count.EqualTo(1), "a list that was taken stays");
        await _caller.RedeemAsync();
        Assert.That(_caller.Aad.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Forgetting_requests_forgets_no_grant()
    {
        string refreshToken = await _caller.SignInAsync();

        _caller.Aad.ClearRequests();

        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Granted);
    }

    [Test]
    public async Task Of_many_at_once_none_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _caller.RedeemAsync()));

        Assert.That(_caller.Aad.TokenRequests, Has.Count.EqualTo(100).And.All.Property(nameof(FakeAadRequest.StatusCode)).EqualTo(200));
    }

    [Test]
    public async Task The_text_of_a_request_has_no_value_in_it()
    {
        await _caller.RedeemAsync("c4n4ry");

        Assert.That(_caller.Aad.Requests.Single().ToString(), Is.EqualTo($"POST /{_caller.Aad.TenantId}/oauth2/v2.0/token → 400"));
    }
}
