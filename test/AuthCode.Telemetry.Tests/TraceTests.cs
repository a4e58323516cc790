using System.Diagnostics;

namespace AuthCode.Telemetry.Tests;

/// <summary>What a trace of a token looks like, and that none of it is sent to the server.</summary>
internal sealed class TraceTests(bool isAsync) : TraceFixture(isAsync)
{
    [Test]
    public async Task The_HTTP_request_of_the_own_client_is_part_of_the_trace_and_nothing_of_it_is_sent()
    {
        await Request(Credential());

        AssertOneTrace();
        AssertNothingIsSent();
    }

    [Test]
    public async Task A_supplied_client_sends_nothing_of_the_trace_of_the_caller()
    {
        using var http = new HttpClient(new SocketsHttpHandler());

        await Request(Credential(http));

        Assert.That(Server.Heads.Single(), Does.Not.Contain(Caller.TraceId.ToString()).And.Not.Contain("alice"));
    }

    [Test]
    public async Task A_handler_of_a_supplied_client_finds_the_activity_in_the_request()
    {
        var handler = new Looking();
        using var http = new HttpClient(handler);

        await Request(Credential(http));

        Assert.That((handler.Current, handler.Found?.SpanId), Is.EqualTo(((Activity?)null, Recorder.Named("authcode token_request").Single().SpanId)));
    }

    [Test]
    public async Task The_activities_have_what_the_histograms_have()
    {
        await Request(Credential());

        Activity request = Recorder.Named("authcode token_request").Single();
        Activity call = Recorder.Named("authcode get_token").Single();
        Measurement measured = Recorder.Of("authcode.token_request.duration").Single();
        Assert.Multiple(() =>
        {
            Assert.That(request.TagObjects, Is.EquivalentTo(measured.Tags));
            Assert.That(request.TagObjects, Is.EquivalentTo(new Dictionary<string, object?>
            {
                ["server.address"] = "127.0.0.1",
                ["oauth.grant_type"] = "authorization_code",
                ["authcode.attempt"] = 1,
            }));
            Assert.That(request.Duration.TotalSeconds, Is.EqualTo(measured.Value).Within(1e-6));
            Assert.That(call.TagObjects, Is.EquivalentTo(new Dictionary<string, object?> { ["authcode.result"] = "miss", ["authcode.source"] = "code" }));
            Assert.That((request.Status, call.Status), Is.EqualTo((ActivityStatusCode.Unset, ActivityStatusCode.Unset)));
        });
    }

    [Test]
    public async Task What_an_acquisition_calls_sees_no_activity()
    {
        Activity? inCallback = Caller;
        var options = new AuthorizationCodeCredentialOptions
        {
            AuthorityHost = Server.Authority,
            ClientAuthentication = ClientAuthentication.Assertion(_ =>
            {
                inCallback = Activity.Current;
                return ValueTask.FromResult("assertion-1");
            }),
        };

        await Request(new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options));

        Assert.That(inCallback, Is.Null);
    }

    private sealed class Looking() : DelegatingHandler(new SocketsHttpHandler())
    {
        private static readonly HttpRequestOptionsKey<Activity> Key = new("AuthCode.Activity");

        internal Activity? Found { get; private set; }

        internal Activity? Current { get; private set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Look(request);
            return base.Send(request, cancellationToken);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Look(request);
            return base.SendAsync(request, cancellationToken);
        }

        private void Look(HttpRequestMessage request)
        {
            Current = Activity.Current;
            Found = request.Options.TryGetValue(Key, out Activity? activity) ? activity : null;
        }
    }
}
