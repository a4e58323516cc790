using System.Diagnostics;
using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>Clocks, tenants, claims and callers that a session meets rarely.</summary>
internal sealed class HostileSessionTests(bool isAsync) : BothWays(isAsync)
{
    private const string ClaimsA = """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}""";
    private const string ClaimsB = """{"access_token":{"acrs":{"essential":true,"value":"c2"}}}""";
    private const string Revoked = """{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}""";

    [Test]
    public async Task On_a_clock_that_is_set_back_a_token_is_shown_to_expire_when_it_does()
    {
        var time = new SplitClock();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);
        await GetToken(credential);
        time.Advance(TimeSpan.FromMinutes(30));
        time.SetWall(-TimeSpan.FromHours(2));

        AccessToken token = await GetToken(credential);

        endpoint.Verify();
        Assert.That(token.ExpiresOn - time.GetUtcNow(), Is.EqualTo(TimeSpan.FromMinutes(30)));
        Assert.That(token.RefreshOn - time.GetUtcNow(), Is.EqualTo(TimeSpan.FromMinutes(25)));
    }

    [Test]
    public async Task At_the_end_of_all_dates_a_token_is_acquired_and_served()
    {
        var time = new FakeTimeProvider(DateTimeOffset.MaxValue - TimeSpan.FromMinutes(10));
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);

        AccessToken first = await GetToken(credential);
        AccessToken second = await GetToken(credential);

        endpoint.Verify();
        Assert.That((first.Token, second.Token), Is.EqualTo(("access-1", "access-1")));
    }

    [Test]
    public async Task Another_tenant_that_does_not_know_the_user_leaves_the_code()
    {
        var endpoint = new ScriptedEndpoint(Answer.Error("invalid_grant", 50020), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.AdditionallyAllowedTenants.Add("*"));

        AuthenticationFailedException failure = await Failure(credential, Some.Request(The.Vault, tenant: The.OtherTenant));
        string home = (await GetToken(credential)).Token;

        endpoint.Verify();
        Assert.That((failure.Response!.Error, home), Is.EqualTo(("invalid_grant", "access-2")));
    }

    [Test]
    public async Task Tokens_of_different_claims_are_kept_side_by_side()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-a"), Answer.Token("access-b"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        string[] tokens =
        [
            (await GetToken(credential, Some.Request(The.Vault, claims: ClaimsA, cae: true))).Token,
            (await GetToken(credential, Some.Request(The.Vault, claims: ClaimsB, cae: true))).Token,
            (await GetToken(credential, Some.Request(The.Vault, claims: ClaimsA, cae: true))).Token,
            (await GetToken(credential, Some.Request(The.Vault, cae: true))).Token,
        ];

        endpoint.Verify();
        Assert.That(tokens, Is.EqualTo(new[] { "access-a", "access-b", "access-a", "access-b" }));
    }

    [Test]
    public async Task A_revocation_ends_tokens_of_other_claims_too()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-a"), Answer.Token("access-new"), Answer.Token("access-a2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, Some.Request(The.Vault, claims: ClaimsA, cae: true));
        await GetToken(credential, Some.Request(The.Vault, claims: Revoked, cae: true));

        string token = (await GetToken(credential, Some.Request(The.Vault, claims: ClaimsA, cae: true))).Token;

        endpoint.Verify();
        Assert.That(token, Is.EqualTo("access-a2"));
    }

    [Test]
    public async Task The_first_cause_is_named_beside_what_followed_it()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.BadGateway), Answer.Error("invalid_grant", 54005));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.That(failure.Message, Does.Contain("HTTP 502").And.Contain("AADSTS54005"));
        Assert.That(failure.Response!.Error, Is.EqualTo("invalid_grant"));
    }

    [Test]
    public async Task Two_failures_of_the_server_leave_its_response()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(HttpStatusCode.NotImplemented), Answer.Status(HttpStatusCode.NotImplemented));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.That(failure.Response?.StatusCode, Is.EqualTo(HttpStatusCode.NotImplemented));
    }

    [Test]
    public async Task A_canceled_caller_is_let_go_at_once_while_a_callback_blocks()
    {
        using var entered = new SemaphoreSlim(0);
        using var gate = new SemaphoreSlim(0);
        using var canceled = new CancellationTokenSource();
        await using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint(Answer.Token()), configure: options => options.ClientAuthentication = ClientAuthentication.Assertion(_ =>
        {
            entered.Release();
            gate.Wait(CancellationToken.None);
            return ValueTask.FromResult("an.assertion.of-mine");
        }));
        Task<AccessToken> call = GetToken(credential, Some.Request(), canceled.Token);
        await entered.WaitAsync();

        await canceled.CancelAsync();

        Assert.That(() => call, Throws.InstanceOf<OperationCanceledException>());
        gate.Release();
        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-1"), "the code was redeemed all the same");
    }

    [Test]
    public void Too_many_scopes_are_refused_before_they_are_compared()
    {
        string[] scopes = [.. Enumerable.Range(0, 20_000).Select(static i => $"api://a/{i}")];
        using AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint());

        var refusal = Assert.ThrowsAsync<ArgumentException>(() => GetToken(credential, scopes));

        Assert.That(refusal!.Message, Does.Contain("must not hold more than 256 scopes"));
    }

    [Test]
    [NonParallelizable] // While another test listens to all activities, the caller's own HTTP client sends the one that it makes.
    public async Task The_trace_context_and_baggage_of_a_caller_are_not_sent()
    {
        await using var server = new Scenarios.Faults.SocketServer([Scenarios.Faults.React.Token()]);
        using var http = new HttpClient(new SocketsHttpHandler());
        using var activity = new Activity("a user's request").AddBaggage("user", "alice");
        activity.SetIdFormat(ActivityIdFormat.W3C).Start();
        var options = new AuthorizationCodeCredentialOptions { AuthorityHost = server.Authority, HttpClient = http };
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);

        await GetToken(credential);

        Assert.That(server.Heads.Single(), Does.Not.Contain("traceparent").IgnoreCase.And.Not.Contain("alice"));
        Assert.That(Activity.Current, Is.SameAs(activity));
    }

    [Test]
    public async Task A_revoked_refresh_token_is_not_sent_by_an_acquisition_that_waits()
    {
        Answer revocation = Answer.Json(HttpStatusCode.OK, "").Held();
        var server = new ScriptedEndpoint(Answer.Token("access-1"), revocation);
        var client = new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri("https://idp.example")), The.Client, Options(new WithMetadata(server)));
        AuthorizationCodeCredential credential = client.CreateCredential(The.Code, The.Redirect, The.Verifier);
        await GetToken(credential);
        Task<bool> revoking = credential.RevokeAsync();
        await revocation.Arrived;

        Task<AccessToken> waiting = GetToken(credential, The.Storage);
        revocation.Release();

        Assert.That(await revoking, Is.True);
        Assert.That(() => waiting, Throws.TypeOf<ObjectDisposedException>());
        server.Verify();
    }

    private static AuthorizationCodeClientOptions Options(HttpMessageHandler endpoint) =>
        new() { HttpClient = new HttpClient(endpoint) { Timeout = Timeout.InfiniteTimeSpan } };

    private sealed class WithMetadata(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Method == HttpMethod.Get ? Metadata(request) : base.Send(request, cancellationToken);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Method == HttpMethod.Get ? Task.FromResult(Metadata(request)) : base.SendAsync(request, cancellationToken);

        private static HttpResponseMessage Metadata(HttpRequestMessage request) => new(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent(
                """
                {"issuer":"https://idp.example","authorization_endpoint":"https://idp.example/a","token_endpoint":"https://idp.example/t",
                 "jwks_uri":"https://idp.example/k","revocation_endpoint":"https://idp.example/r"}
                """,
                System.Text.Encoding.UTF8,
                "application/json"),
        };
    }
}
