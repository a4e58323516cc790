using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A refresh token is refused that another instance, without leases, has used a moment ago: it gets time to store the new one.</summary>
internal sealed class PatienceTests(bool isAsync) : FarmFixture(isAsync)
{
    private static readonly int[] WaitsInMilliseconds = [50, 100, 200, 400, 800];

    private readonly NotedClock _time = new();
    private readonly TaskCompletionSource _atWrite = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public async Task What_is_stored_during_a_wait_is_taken_over_and_the_call_is_served(int wait)
    {
        (Task<AccessToken> winner, AuthorizationCodeCredential loser) = await RefreshUpToTheWrite();

        Task<AccessToken> served = Refresh(loser, 2);
        await PassAsync(WaitsInMilliseconds[..wait], served);
        TimeSpan last = await NextWaitAsync(served);
        _go.SetResult();
        await winner;
        _time.Advance(last);

        Assert.That(((await served).Token[..9], Refreshes, Replays), Is.EqualTo(("access-3-", 3, 1)));
    }

    [Test]
    public async Task After_the_last_wait_the_session_has_ended()
    {
        (Task<AccessToken> winner, AuthorizationCodeCredential loser) = await RefreshUpToTheWrite();

        Task<AuthenticationFailedException> refused = Failure(loser, Some.Request("a", claims: "{}"));
        await PassAsync(WaitsInMilliseconds, refused);
        AuthenticationFailedException failure = await refused;
        _go.SetResult();

        Assert.That((failure.Response?.Error, failure.IsSignInRequired, Replays), Is.EqualTo(("invalid_grant", true, 1)));
        Assert.That(() => winner, Throws.TypeOf<AuthenticationFailedException>());
    }

    [Test]
    public async Task A_sign_out_is_told_without_a_wait()
    {
        AuthorizationCodeClient one = Instance(withLeases: false, time: _time), other = Instance(withLeases: false, time: new FakeTimeProvider(_time.GetUtcNow()));
        SignedInUser user = await SignIn(one);
        Server.Answers["/token"] = _ =>
        {
            other.Sessions.EndWithoutRevocationAsync(user.SessionKey).AsTask().GetAwaiter().GetResult();
            return Provider.Error("invalid_grant");
        };

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}")).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That((failure.IsSignInRequired, failure.Message), Is.EqualTo((true, "The session has been ended, on this instance or on another one. Sign the user in again.")));
    }

    /// <summary>An instance that has used the refresh token of a session and is about to store the new one, and the session on another one.</summary>
    private async Task<(Task<AccessToken> Winner, AuthorizationCodeCredential Loser)> RefreshUpToTheWrite()
    {
        AuthorizationCodeClient one = Instance(withLeases: false, time: new FakeTimeProvider(_time.GetUtcNow())), other = Instance(withLeases: false, time: _time);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);
        Store.Before = operation =>
        {
            // The first write alone: the other instance marks what has ended.
            return operation == "write" && _atWrite.TrySetResult() ? _go.Task : Task.CompletedTask;
        };
        Task<AccessToken> winner = Refresh(user.Credential, 1);
        await _atWrite.Task.WaitAsync(TimeSpan.FromSeconds(10));
        return (winner, elsewhere);
    }

    private async Task PassAsync(int[] waits, Task call)
    {
        foreach (int milliseconds in waits)
        {
            TimeSpan wait = await NextWaitAsync(call);
            Assert.That(wait, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
            _time.Advance(wait);
        }
    }

    // The clock moves once the wait has begun. A call that has ended instead fails the test with its own failure.
    private async Task<TimeSpan> NextWaitAsync(Task call)
    {
        Task<TimeSpan> next = _time.NextWaitAsync();
        await await Task.WhenAny(next, call);
        Assert.That(next.IsCompleted, "the call has ended without this wait");
        return await next;
    }
}
