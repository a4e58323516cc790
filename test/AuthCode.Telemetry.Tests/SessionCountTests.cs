using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Telemetry.Tests;

/// <summary>The counts of sessions, which must never drift: each session is in them as long as it is in memory.</summary>
internal sealed class SessionCountTests(bool isAsync) : ScenarioFixture(isAsync)
{
    private readonly Recorder _recorder = new();

    private double Active => _recorder.Observe("authcode.session.active");

    private double Dirty => _recorder.Observe("authcode.session.dirty");

    // What earlier tests left to the garbage collector is still counted.
    [SetUp]
    public async Task Clean()
    {
        await Task.Yield();
        Assert.That(Collected(), Is.True, "sessions of earlier tests are still there");
    }

    [TearDown]
    public void End() => _recorder.Dispose();

    [Test]
    public async Task A_session_that_is_ended_twice_is_subtracted_once([Values] bool hasStore)
    {
        AuthorizationCodeClient client = hasStore ? Instance() : InMemory();
        SignedInUser user = await SignIn(client);
        SignedInUser other = await SignIn(client, "subject-2");
        double before = Active;

        await client.Sessions.EndAsync(user.SessionKey);
        await client.Sessions.EndAsync(user.SessionKey);
        await user.DisposeAsync();

        Assert.That((before, Active), Is.EqualTo((2, 1)));
        Assert.That(Reasons, Is.EqualTo(new[] { "signed_out" }));
        GC.KeepAlive(other);
    }

    [Test]
    public async Task A_session_whose_credential_is_disposed_of_is_subtracted()
    {
        AuthorizationCodeClient client = InMemory();
        SignedInUser user = await SignIn(client);

        await user.DisposeAsync();
        double after = Active;
        await client.Sessions.FindAsync(user.SessionKey);

        Assert.That((after, Active), Is.EqualTo((0, 0)));
        GC.KeepAlive(client);
    }

    [Test]
    public async Task A_session_whose_credential_is_revoked_is_subtracted_and_has_ended()
    {
        AuthorizationCodeClient client = InMemory();
        SignedInUser user = await SignIn(client);

        await user.Credential.RevokeAsync();

        Assert.That(Active, Is.Zero);
        Assert.That(Reasons, Is.EqualTo(new[] { "signed_out" }));
        GC.KeepAlive(client);
    }

    [Test]
    public async Task A_session_that_is_evicted_is_subtracted()
    {
        AuthorizationCodeClient client = InMemory(static options => options.MostInMemory = 1);
        await SignIn(client);
        await SignIn(client, "subject-2");

        Assert.That(Active, Is.EqualTo(1));
        Assert.That(Reasons, Is.EqualTo(new[] { "evicted" }));
        GC.KeepAlive(client);
    }

    [Test]
    public async Task A_session_that_is_idle_without_a_store_is_subtracted_and_has_expired()
    {
        FakeTimeProvider time = Clock();
        AuthorizationCodeClient client = InMemory(time: time);
        SignedInUser user = await SignIn(client);
        time.Advance(TimeSpan.FromDays(15));

        Assert.That(await client.Sessions.FindAsync(user.SessionKey), Is.Null);
        Assert.That(Active, Is.Zero);
        Assert.That(Reasons, Is.EqualTo(new[] { "expired" }));
        GC.KeepAlive(client);
    }

    [Test]
    public async Task A_session_that_is_idle_with_a_store_is_subtracted_and_added_again_when_it_is_used()
    {
        FakeTimeProvider time = Clock();
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser user = await SignIn(client);
        time.Advance(TimeSpan.FromMinutes(21));
        await SignIn(client, "subject-2");
        double idle = Active;

        await client.Sessions.FindAsync(user.SessionKey);

        Assert.That((idle, Active), Is.EqualTo((1, 2)));
        Assert.That(Reasons, Is.Empty);
        GC.KeepAlive(client);
    }

    [Test]
    public async Task A_session_that_could_not_be_stored_is_dirty_until_it_is()
    {
        FakeTimeProvider time = Clock();
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser user = await SignIn(client);
        double clean = Dirty;
        Store.IsDown = true;
        await Refresh(user.Credential, 1);
        double down = Dirty;
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));

        await client.Sessions.FlushAsync();

        Assert.That((clean, down, Dirty), Is.EqualTo((0, 1, 0)));
        GC.KeepAlive(client);
    }

    [Test]
    public async Task A_listener_that_comes_late_counts_the_sessions_that_are_there()
    {
        AuthorizationCodeClient client = InMemory();
        SignedInUser user = await SignIn(client);
        using var late = new Recorder();
        double before = late.Observe("authcode.session.active");

        await client.Sessions.EndAsync(user.SessionKey);

        Assert.That((before, late.Observe("authcode.session.active")), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task The_sessions_of_a_client_that_nobody_has_any_more_are_subtracted()
    {
        await SignInAndForget();

        // The frames that completed the sign-in are not below this one any more.
        await Task.Yield();

        Assert.That(Collected(), Is.True);
    }

    private IEnumerable<string?> Reasons => _recorder.Of("authcode.session.ended").Select(static measurement => measurement["authcode.reason"]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task SignInAndForget()
    {
        await SignIn(InMemory());
        Assert.That(Active, Is.EqualTo(1));
    }

    // The pool's threads may hold the last thing that they did for a moment.
    private bool Collected()
    {
        for (int i = 0; i < 100; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (Active == 0)
            {
                return true;
            }
        }

        return false;
    }
}
