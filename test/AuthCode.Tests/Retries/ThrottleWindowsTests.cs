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

    private static TenantId TenantOf(int number) => Tenant.Of($"tenant-{number}.example");

    private void Open(int number, TimeSpan wait) => _windows.FindOrAdd(_time, "authority", "client", TenantOf(number))
        .Note(new SessionHold(_time), new TokenErrorResponse(HttpStatusCode.ServiceUnavailable), wait);

    private bool IsHolding(int number) => _windows.Find(_time, "authority", "client", TenantOf(number))?.IsHolding == true;

    private bool IsThere(int number) => _windows.Find(_time, "authority", "client", TenantOf(number)) is not null;
}
