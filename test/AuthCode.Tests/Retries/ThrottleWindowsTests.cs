using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Retries;

/// <summary>Room for the waits of many tenants. Not through the public API, since all tests of this process share the windows there.</summary>
internal sealed class ThrottleWindowsTests
{
    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly ThrottleWindows _windows = new();

    [Test]
    public void Waits_that_hold_right_now_are_kept_when_there_are_too_many()
    {
        for (int i = 0; i < 1_100; i++)
        {
            Open(i, TimeSpan.FromSeconds(30));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(Enumerable.Range(0, 1_100).Count(IsHolding), Is.EqualTo(1_024));
        Assert.That(Enumerable.Range(1_000, 100).All(IsHolding), Is.True, "those that hold for longest");
    }

    [Test]
    public void Waits_that_are_over_make_room()
    {
        Open(0, TimeSpan.FromSeconds(60));
        for (int i = 1; i < 1_024; i++)
        {
            Open(i, TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(20));
        Open(1_024, TimeSpan.FromSeconds(30));

        Assert.That((IsHolding(0), IsHolding(1_024), IsThere(1)), Is.EqualTo((true, true, false)));
    }

    [TestCase(59, true)]
    [TestCase(60, false)]
    public void The_refusal_of_one_session_makes_room_a_minute_later(int seconds, bool isThere)
    {
        _windows.FindOrAdd(_time, "authority", "client", TenantOf(0))
            .Note(new SessionHold(_time), new TokenErrorResponse(HttpStatusCode.TooManyRequests), TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(seconds));
        Open(1, TimeSpan.FromSeconds(30));

        Assert.That(IsThere(0), Is.EqualTo(isThere));
    }

    [Test]
    public void A_wait_holds_until_a_tick_before_its_end()
    {
        Open(0, TimeSpan.FromSeconds(30));

        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        bool before = IsHolding(0);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.That((before, IsHolding(0), IsThere(0)), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void A_wait_that_is_over_holds_nobody_once_somebody_has_got_through()
    {
        ThrottleWindow window = Open(0, TimeSpan.FromSeconds(30));
        var session = new SessionHold(_time);
        _time.Advance(TimeSpan.FromSeconds(30));
        window.Find(session);

        window.EndTry(session, isSent: true, isThrough: true);

        Assert.That((window.IsHolding, window.IsIdle), Is.EqualTo((false, true)));
    }

    [Test]
    public void One_that_is_there_already_needs_no_room()
    {
        for (int i = 0; i < 1_024; i++)
        {
            Open(i, TimeSpan.FromSeconds(30));
        }

        Open(0, TimeSpan.FromSeconds(30));

        Assert.That(Enumerable.Range(0, 1_024).Count(IsHolding), Is.EqualTo(1_024));
    }

    private static TenantId TenantOf(int number) => Tenant.Of($"tenant-{number}.example");

    private ThrottleWindow Open(int number, TimeSpan wait)
    {
        ThrottleWindow window = _windows.FindOrAdd(_time, "authority", "client", TenantOf(number));
        window.Note(new SessionHold(_time), new TokenErrorResponse(HttpStatusCode.ServiceUnavailable), wait);
        return window;
    }

    private bool IsHolding(int number) => _windows.Find(_time, "authority", "client", TenantOf(number))?.IsHolding == true;

    private bool IsThere(int number) => _windows.Find(_time, "authority", "client", TenantOf(number)) is not null;
}
