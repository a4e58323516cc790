using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Testing.Tests;

/// <summary>Lives, delays and gates.</summary>
internal sealed class KnobTests : IDisposable
{
    private readonly SignallingClock _clock = new();
    private readonly Caller _caller;

    public KnobTests() => _caller = new Caller(options => options.TimeProvider = _clock);

    public void Dispose() => _caller.Dispose();

    [TestCase(false, JsonValueKind.Number)]
    [TestCase(true, JsonValueKind.String)]
    public async Task The_life_of_a_token_is_a_number_or_a_string(bool asString, JsonValueKind expected)
    {
        _caller.Aad.Options.ExpiresInAsString = asString;

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply.Json["expires_in"]!.GetValueKind(), Is.EqualTo(expected));
        Assert.That(reply["expires_in"], Is.EqualTo("3600"));
    }

    [TestCase(1, "1")]
    [TestCase(299.9, "299")]
    [TestCase(86400, "86400")]
    public async Task The_life_of_a_token_is_a_knob_in_whole_seconds(double seconds, string expected)
    {
        _caller.Aad.Options.AccessTokenLifetime = TimeSpan.FromSeconds(seconds);

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply["expires_in"], Is.EqualTo(expected));
        Assert.That(reply["ext_expires_in"], Is.EqualTo(expected));
    }

    [TestCase(1800, "1800")]
    [TestCase(0, "0")]
    [TestCase(null, null)]
    public async Task When_to_renew_is_told_when_the_knob_is_turned(int? seconds, string? expected)
    {
        _caller.Aad.Options.RefreshIn = seconds is { } given ? TimeSpan.FromSeconds(given) : null;

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply["refresh_in"], Is.EqualTo(expected));
    }

    [Test]
    public async Task A_token_is_a_bearers() => Assert.That((await _caller.RedeemAsync())["token_type"], Is.EqualTo("Bearer"));

    [Test]
    public async Task A_response_is_held_back_on_the_clock_of_the_fake()
    {
        _caller.Aad.Options.TokenDelay = TimeSpan.FromMinutes(1);
        Task<Reply> reply = _caller.RedeemAsync();
        await _clock.TimerStarted;

        _clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.That(_caller.Aad.TokenRequests.Single().StatusCode, Is.Zero);
        Assert.That(reply.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.That(await reply, Reply.Granted);
    }

    [Test]
    public async Task Only_token_responses_are_held_back()
    {
        _caller.Aad.Options.TokenDelay = TimeSpan.FromMinutes(1);

        Assert.That((await _caller.AuthorizeAsync()).Returned, Contains.Key("code"));
    }

    [Test]
    public async Task A_gate_holds_a_request_before_it_is_looked_at()
    {
        var arrived = new TaskCompletionSource<FakeAadRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _caller.Aad.Options.BeforeTokenResponse = request =>
        {
            arrived.TrySetResult(request);
            return gate.Task;
        };
        string code = _caller.Aad.IssueCode(The.Vault);
        Task<Reply> held = _caller.RedeemAsync(code);

        FakeAadRequest request = await arrived.Task;
        Assert.That(request.Form["code"], Is.EqualTo(code));
        Assert.That(request.StatusCode, Is.Zero);
        _caller.Aad.Options.BeforeTokenResponse = null;
        Assert.That(await _caller.RedeemAsync(code), Reply.Granted, "another may overtake it");
        gate.SetResult();

        Assert.That(await held, Reply.Refused("invalid_grant", 54005));
        Assert.That(request.StatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task A_knob_takes_effect_with_the_next_request()
    {
        Assert.That((await _caller.RedeemAsync())["expires_in"], Is.EqualTo("3600"));
        _caller.Aad.Options.AccessTokenLifetime = TimeSpan.FromMinutes(5);

        Assert.That((await _caller.RedeemAsync())["expires_in"], Is.EqualTo("300"));
    }

    private sealed class SignallingClock() : FakeTimeProvider(The.Now)
    {
        private readonly TaskCompletionSource _timerStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task TimerStarted => _timerStarted.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            _timerStarted.TrySetResult();
            return timer;
        }
    }

    [Test]
    public async Task A_gate_that_throws_is_told_and_kept_in_the_log()
    {
        _caller.Aad.Options.BeforeTokenResponse = static _ => throw new InvalidOperationException("the test's own mistake");

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply.Body, Does.Contain("the test's own mistake"));
        Assert.That(_caller.Aad.Requests.Single().StatusCode, Is.EqualTo(500));
    }
}
