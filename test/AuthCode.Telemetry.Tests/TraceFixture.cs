using System.Diagnostics;
using AuthCode.Tests.Scenarios.Faults;

namespace AuthCode.Telemetry.Tests;

/// <summary>A caller with an activity and baggage, and a server of real sockets that says what was sent.</summary>
internal abstract class TraceFixture(bool isAsync) : BothWays(isAsync)
{
    private protected const string Http = "System.Net.Http";

    private protected SocketServer Server { get; } = new([React.Token()]);

    private protected Recorder Recorder { get; } = new(Http);

    private protected Activity Caller { get; private set; } = null!;

    [SetUp]
    public void Begin() => Caller = new Activity("a user's request").AddBaggage("user", "alice").SetIdFormat(ActivityIdFormat.W3C);

    [TearDown]
    public async Task End()
    {
        Caller.Dispose();
        Recorder.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>The token request of a credential, made on behalf of the caller.</summary>
    private protected async Task Request(AuthorizationCodeCredential credential)
    {
        await using AuthorizationCodeCredential owned = credential;
        Caller.Start();
        Caller.TraceStateString = "vendor=alice";
        await GetToken(owned);
        Assert.That(Activity.Current, Is.SameAs(Caller));
        Caller.Stop();
    }

    private protected AuthorizationCodeCredential Credential(HttpClient? http = null) => new(
        The.Tenant, The.Client, The.Code, The.Redirect, new AuthorizationCodeCredentialOptions { AuthorityHost = Server.Authority, HttpClient = http });

    /// <summary>Fails unless each activity is the parent of the next one, from the caller's to that of the HTTP request.</summary>
    private protected void AssertOneTrace()
    {
        Activity call = Recorder.Named("authcode get_token").Single();
        Activity request = Recorder.Named("authcode token_request").Single();
        Activity http = Recorder.Activities.Single(static activity => activity.Source.Name == Http);
        Assert.That(
            (call.ParentSpanId, request.ParentSpanId, http.ParentSpanId, http.TraceId),
            Is.EqualTo((Caller.SpanId, call.SpanId, request.SpanId, Caller.TraceId)));
        Assert.That(new[] { call, request, http }.SelectMany(static activity => activity.Baggage), Is.Empty);
    }

    private protected void AssertNothingIsSent() => Assert.That(
        Server.Heads.Single(),
        Does.Not.Contain("traceparent").IgnoreCase.And.Not.Contain("tracestate").IgnoreCase.And.Not.Contain("baggage").IgnoreCase.And.Not.Contain("Correlation-Context").And.Not.Contain("alice").And.Not.Contain(Caller.TraceId.ToString()));
}
