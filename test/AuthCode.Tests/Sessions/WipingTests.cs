using System.Net;

namespace AuthCode.Tests.Sessions;

/// <summary>What a session no longer needs is wiped: the code after its redemption, and everything at the end.</summary>
internal sealed class WipingTests(bool isAsync) : BothWays(isAsync), IDisposable
{
    private readonly AuthorizationCode _code = AuthorizationCode.Create(
        The.Code, RedirectUri.From(The.Redirect, "redirectUri"), CodeVerifier.Parse(The.Verifier, "codeVerifier"));

    private readonly Owned _owned = new();

    public void Dispose() => _code.Dispose();

    private bool AreWiped => _code.Code.Utf8.IsEmpty && _code.CodeVerifier!.Utf8.IsEmpty;

    [Test]
    public async Task A_code_is_wiped_when_it_has_been_redeemed()
    {
        using TokenSession session = Session(new ScriptedEndpoint(Answer.Token()));

        await Acquire(session);

        Assert.That((AreWiped, _owned.IsDisposed), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_code_is_wiped_when_it_has_been_refused()
    {
        using TokenSession session = Session(new ScriptedEndpoint(Answer.Error("invalid_grant")));

        Assert.That(() => Acquire(session), Throws.TypeOf<AuthenticationFailedException>());
        Assert.That(AreWiped, Is.True);
    }

    [TestCase(HttpStatusCode.TooManyRequests)]
    [TestCase(HttpStatusCode.BadGateway)]
    public async Task A_code_that_may_still_be_redeemed_is_not_wiped(HttpStatusCode status)
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(status), Answer.Token());
        using TokenSession session = Session(endpoint);

        await Acquire(session);

        Assert.That(endpoint.Requests.Select(static sent => (sent["code"], sent["code_verifier"])), Is.All.EqualTo((The.Code, The.Verifier)));
    }

    [Test]
    public void Disposal_wipes_what_was_never_used()
    {
        Session(new ScriptedEndpoint()).Dispose();

        Assert.That((AreWiped, _owned.IsDisposed), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Disposal_wipes_what_a_request_under_way_still_uses_when_it_is_over()
    {
        Answer held = Answer.Token().Held();
        TokenSession session = Session(new ScriptedEndpoint(held));
        Task<CachedToken> call = Acquire(session);
        await held.Arrived;

        session.Dispose();

        Assert.That(() => call, Throws.TypeOf<ObjectDisposedException>());
        Assert.That((AreWiped, _owned.IsDisposed), Is.EqualTo((true, true)));
        held.Release();
    }

    [Test]
    public async Task Disposal_forgets_the_tokens()
    {
        TokenSession session = Session(new ScriptedEndpoint(Answer.Token()));
        await Acquire(session);

        session.Dispose();

        Assert.That(() => Acquire(session), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(session.FindHit(Key), Is.Null);
        Assert.That(session.ThrowIfDisposed, Throws.TypeOf<ObjectDisposedException>());
    }

    private static TokenCacheKey Key => new(new ScopeSet([The.Vault]), Tenant.Of(The.Tenant), null, false);

    private TokenSession Session(ScriptedEndpoint endpoint)
    {
        var client = ConfiguredClient.Create(The.Tenant, The.Client, Some.ClientOptions(endpoint));
        return client.Sessions.Begin(_code, _owned);
    }

    private async Task<CachedToken> Acquire(TokenSession session)
    {
        TokenRequest request = TokenRequest.From(Key, Some.Request(), Some.Profile);
        AcquisitionResult result = await (IsAsync
            ? session.AcquireAsync(request, default)
            : Task.Factory.StartNew(() => session.Acquire(request, default), default, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        return result.OrThrow(request);
    }

    private sealed class Owned : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
