using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>Tokens that should be renewed while they still work.</summary>
internal sealed class DueTests(bool isAsync) : BothWays(isAsync)
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(The.Now);

    [TestCase(3600, 1800, 1800, TestName = "refresh_in wins")]
    [TestCase(3600, null, 3300, TestName = "else 5 minutes before the end")]
    [TestCase(600, null, 300, TestName = "10 minutes: 5 minutes before the end")]
    [TestCase(599, null, 299.5, TestName = "under 10 minutes: half its life")]
    [TestCase(3600, 3600, 3300, TestName = "refresh_in at the end is none")]
    [TestCase(3600, 0, 3300, TestName = "refresh_in at once is none")]
    public async Task RefreshOn_is_when_the_token_is_due(int expiresIn, int? refreshIn, double due)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", expiresIn: expiresIn, refreshIn: refreshIn), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);

        AccessToken first = await GetToken(credential);
        _time.Advance(TimeSpan.FromSeconds(due) - Tick);
        AccessToken before = await GetToken(credential);
        _time.Advance(Tick);
        AccessToken after = await GetToken(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(first.RefreshOn, Is.EqualTo(The.Now.AddSeconds(due)));
            Assert.That(before.Token, Is.EqualTo("access-1"));
            Assert.That(after.Token, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task While_one_caller_renews_the_others_get_the_valid_token_at_once()
    {
        Answer held = Answer.Token("access-2").Held();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), held);
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint);

        Task<AccessToken> renewing = GetToken(credential);
        await held.Arrived;
        AccessToken[] others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetToken(credential)));
        held.Release();

        Assert.Multiple(async () =>
        {
            Assert.That(others.Select(static token => token.Token), Is.All.EqualTo("access-1"));
            Assert.That(others.Select(static token => token.RefreshOn), Is.All.GreaterThan(_time.GetUtcNow()), "a past RefreshOn makes Azure.Core ask at every request");
            Assert.That((await renewing).Token, Is.EqualTo("access-2"));
        });
        endpoint.Verify();
    }

    [Test]
    public async Task A_renewal_that_hangs_keeps_nobody_waiting_however_long_it_takes()
    {
        Answer held = Answer.Token("access-2").Held();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), held);
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint);
        Task<AccessToken> renewing = GetToken(credential);
        await held.Arrived;
        _time.Advance(Pause + Pause);

        AccessToken other = await GetToken(credential);
        held.Release();
        await renewing;

        endpoint.Verify();
        Assert.That(other.Token, Is.EqualTo("access-1"));
    }

    [TestCase(HttpStatusCode.BadRequest)]
    [TestCase(HttpStatusCode.InternalServerError)]
    public async Task A_failed_renewal_keeps_the_valid_token_and_the_next_attempt_comes_after_30_seconds(HttpStatusCode status)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Status(status), Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint);

        AccessToken kept = await GetToken(credential);
        _time.Advance(Pause - Tick);
        AccessToken stillKept = await GetToken(credential);
        _time.Advance(Tick);
        AccessToken renewed = await GetToken(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(kept.Token, Is.EqualTo("access-1"));
            Assert.That(kept.RefreshOn, Is.EqualTo(The.Now.AddMinutes(55) + Pause));
            Assert.That(stillKept.Token, Is.EqualTo("access-1"));
            Assert.That(renewed.Token, Is.EqualTo("access-3"));
        });
    }

    [Test]
    public async Task A_refusal_during_a_renewal_ends_the_session_only_when_the_token_does()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("invalid_grant", 50173));
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint);

        AccessToken kept = await GetToken(credential);
        _time.Advance(TimeSpan.FromMinutes(5) - Tick);
        AccessToken last = await GetToken(credential);
        _time.Advance(Tick);
        AuthenticationFailedException failure = await Failure(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(kept.Token, Is.EqualTo("access-1"));
            Assert.That(last.Token, Is.EqualTo("access-1"));
            Assert.That(last.RefreshOn, Is.LessThanOrEqualTo(last.ExpiresOn));
            Assert.That(failure.Message, Does.Contain("AADSTS50173"));
        });
    }

    private static IEnumerable<TestCaseData> Failures()
    {
        yield return new TestCaseData(Answer.Throw(new HttpIOException(HttpRequestError.ResponseEnded))).SetArgDisplayNames("lost");
        yield return new TestCaseData(Answer.Throw(new HttpRequestException(HttpRequestError.ConnectionError, "refused"))).SetArgDisplayNames("never sent");
        yield return new TestCaseData(Answer.Status(HttpStatusCode.TooManyRequests, "20")).SetArgDisplayNames("throttled");
    }

    [TestCaseSource(nameof(Failures))]
    public async Task Nobody_waits_for_a_repetition_while_a_valid_token_can_be_served(Answer failure)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), failure);
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint);

        AccessToken kept = await GetToken(credential);

        endpoint.Verify();
        Assert.That(kept.Token, Is.EqualTo("access-1"));
    }

    [Test]
    public async Task A_renewal_outlives_the_caller_who_began_it()
    {
        const int TokenAcquired = 2;
        var log = new RecordedLog();
        Answer held = Answer.Token("access-2").Held();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), held);
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint, log);
        using var cancellation = new CancellationTokenSource();
        Task<AccessToken> renewing = GetToken(credential, Some.Request(), cancellation.Token);
        await held.Arrived;

        await cancellation.CancelAsync();
        Assert.That(async () => await renewing, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(cancellation.Token));
        Task renewed = log.Next(TokenAcquired);
        held.Release();
        await renewed;

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-2"));
        endpoint.Verify();
    }

    [Test]
    public async Task Without_a_refresh_token_a_due_token_is_served_to_its_end()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", refreshToken: null));
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint);

        AccessToken kept = await GetToken(credential);

        endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(kept.Token, Is.EqualTo("access-1"));
            Assert.That(kept.RefreshOn, Is.GreaterThan(_time.GetUtcNow()));
        });
    }

    [Test]
    public async Task A_fresh_token_that_covers_the_request_is_served_instead_of_renewing()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);
        await GetToken(credential, "api://app/read");
        _time.Advance(TimeSpan.FromMinutes(30));
        await GetToken(credential, "api://app/read", "api://app/write");
        _time.Advance(TimeSpan.FromMinutes(25));

        AccessToken token = await GetToken(credential, "api://app/read");

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task A_wall_clock_that_is_set_back_does_not_prolong_a_token()
    {
        var time = new SteppedTimeProvider();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);
        await GetToken(credential);
        time.Elapsed += The.Hour;
        time.WallClock -= TimeSpan.FromDays(1);

        AccessToken token = await GetToken(credential);

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-2"));
    }

    private async Task<AuthorizationCodeCredential> WithDueToken(ScriptedEndpoint endpoint, RecordedLog? log = null)
    {
        AuthorizationCodeCredential credential = Some.Credential(endpoint, _time, options => options.LoggerFactory = log);
        await GetToken(credential);
        _time.Advance(TimeSpan.FromMinutes(55));
        return credential;
    }

    /// <summary>A wall clock that someone sets, beside one that only ever goes on.</summary>
    private sealed class SteppedTimeProvider : TimeProvider
    {
        internal DateTimeOffset WallClock { get; set; } = The.Now;

        internal TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => WallClock;

        public override long GetTimestamp() => Elapsed.Ticks;
    }

    [Test]
    public async Task The_next_attempt_comes_30_seconds_after_the_end_of_one_that_failed()
    {
        Answer held = Answer.Status(HttpStatusCode.BadGateway).Held();
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), held);
        await using AuthorizationCodeCredential credential = await WithDueToken(endpoint);

        Task<AccessToken> renewing = GetToken(credential);
        await held.Arrived;
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.That((await renewing).Token, Is.EqualTo("access-1"), "a renewal is waited for no longer than 2 seconds");
        held.Release();

        Assert.That(() => GetToken(credential).GetAwaiter().GetResult().RefreshOn, Is.EqualTo(_time.GetUtcNow() + Pause).After(5000, 20));
    }
}
