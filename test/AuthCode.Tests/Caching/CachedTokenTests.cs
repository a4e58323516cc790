using Azure.Core;

namespace AuthCode.Tests.Caching;

/// <summary>When a token works, by two clocks, and when it is due.</summary>
internal sealed class CachedTokenTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly SplitClock _time = new();
    private readonly CachedToken _token;

    public CachedTokenTests() => _token = new CachedToken(
        "access-1", new ScopeSet([]), TokenLifetime.From(3600, null), "Bearer", _time.GetUtcNow(), _time.GetTimestamp());

    private bool IsValid => _token.IsValid(_time, _time.GetUtcNow());

    private bool IsFresh => _token.IsFresh(_time, _time.GetUtcNow());

    private bool IsDue => _token.IsDue(_time.GetUtcNow());

    [Test]
    public void It_works_until_a_tick_before_its_end()
    {
        _time.Advance(The.Hour - Tick);

        Assert.That(IsValid, Is.True);
    }

    [Test]
    public void At_its_end_it_works_no_longer()
    {
        _time.Advance(The.Hour);

        Assert.That(IsValid, Is.False);
    }

    [Test]
    public void A_wall_clock_that_is_set_back_does_not_extend_its_life()
    {
        _time.Advance(The.Hour - Tick);
        _time.SetWall(-TimeSpan.FromDays(1));
        bool before = IsValid;
        _time.Advance(Tick);

        Assert.That((before, IsValid), Is.EqualTo((true, false)));
    }

    [Test]
    public void Callers_who_see_at_once_that_the_wall_clock_was_set_back_move_its_times_once()
    {
        const int Callers = 2;
        DateTimeOffset now = _time.GetUtcNow() - TimeSpan.FromHours(2);
        CachedToken[] tokens = [.. Enumerable.Range(0, 100_000).Select(_ => new CachedToken(
            "access-1", new ScopeSet([]), TokenLifetime.From(3600, null), "Bearer", _time.GetUtcNow(), _time.GetTimestamp()))];
        int arrived = 0;
        Thread[] threads = [.. Enumerable.Range(0, Callers).Select(_ => new Thread(() =>
        {
            var wait = new SpinWait();
            for (int i = 0; i < tokens.Length; i++)
            {
                Interlocked.Increment(ref arrived);
                while (Volatile.Read(ref arrived) < Callers * (i + 1))
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }

                tokens[i].IsValid(_time, now);
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());

        Assert.That(tokens.Select(static token => (token.ExpiresOn, token.DueOn)).Distinct(), Is.EqualTo(new[] { (now + The.Hour, now + TimeSpan.FromMinutes(55)) }));
    }

    [Test]
    public void A_machine_that_slept_while_the_monotonic_clock_stood_does_not_extend_its_life()
    {
        _time.SetWall(The.Hour);

        Assert.That(IsValid, Is.False);
    }

    [Test]
    public void A_wall_clock_that_is_set_forward_by_less_leaves_it()
    {
        _time.SetWall(TimeSpan.FromMinutes(54));

        Assert.That((IsValid, IsDue), Is.EqualTo((true, false)));
    }

    [Test]
    public void It_is_fresh_until_it_is_due()
    {
        _time.Advance(TimeSpan.FromMinutes(55) - Tick);
        bool before = IsFresh;
        _time.Advance(Tick);

        Assert.That((before, IsFresh), Is.EqualTo((true, false)));
    }

    [Test]
    public void Looked_at_all_the_time_it_is_fresh_no_longer_than_it_works_on_a_clock_that_is_set_back_again_and_again()
    {
        int seconds = 0;
        while (IsFresh && seconds < 7200)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.SetWall(-TimeSpan.FromSeconds(0.5));
            seconds++;
        }

        // It is due 5 minutes before its end by the clock that is not set; that clock is looked at once in a second of the first, of which only half are left here.
        Assert.That(seconds, Is.InRange(3300, 3302));
    }

    [Test]
    public void Not_working_it_stays_so_however_often_it_is_looked_at()
    {
        _time.Advance(The.Hour);
        _time.SetWall(-TimeSpan.FromDays(1));

        Assert.That((IsFresh, IsFresh), Is.EqualTo((false, false)));
    }

    [Test]
    public void It_is_due_from_5_minutes_before_its_end()
    {
        _time.Advance(TimeSpan.FromMinutes(55) - Tick);
        bool before = IsDue;
        _time.Advance(Tick);

        Assert.That((before, IsDue), Is.EqualTo((false, true)));
    }

    [Test]
    public void Postponed_it_is_due_at_the_next_attempt()
    {
        _time.Advance(TimeSpan.FromMinutes(55));
        _token.Postpone(_time.GetUtcNow() + TimeSpan.FromSeconds(30));
        bool before = IsDue;
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.That((before, IsDue), Is.EqualTo((false, true)));
    }

    [Test]
    public void It_is_postponed_to_its_end_at_most()
    {
        _token.Postpone(The.Now.AddHours(2));

        Assert.That(_token.DueOn, Is.EqualTo(The.Now + The.Hour));
    }

    [Test]
    public void The_caller_gets_it_with_expiry_and_due_time_in_UTC()
    {
        AccessToken token = _token.ToAccessToken();

        Assert.Multiple(() =>
        {
            Assert.That(token.Token, Is.EqualTo("access-1"));
            Assert.That(token.TokenType, Is.EqualTo("Bearer"));
            Assert.That(token.ExpiresOn, Is.EqualTo(The.Now + The.Hour));
            Assert.That(token.RefreshOn, Is.EqualTo(The.Now + TimeSpan.FromMinutes(55)));
            Assert.That((token.ExpiresOn.Offset, token.RefreshOn!.Value.Offset), Is.EqualTo((TimeSpan.Zero, TimeSpan.Zero)));
        });
    }

    [TestCase(0, "00:55:00", TestName = "When it is due, it ends within any period")]
    [TestCase(10, "00:50:00", TestName = "It ends within a period from there on")]
    [TestCase(30, "00:30:00", TestName = "It ends within half of its life from there on")]
    [TestCase(60, "00:30:00", TestName = "It does not end within its life in the first half of it")]
    [TestCase(600, "00:30:00", TestName = "It does not end within a longer period in the first half of its life")]
    public void It_ends_within_a_period_from_then_on(int minutes, string from)
    {
        var period = TimeSpan.FromMinutes(minutes);
        _time.Advance(TimeSpan.Parse(from, System.Globalization.CultureInfo.InvariantCulture) - Tick);
        bool before = _token.EndsWithin(period, _time.GetUtcNow());
        _time.Advance(Tick);

        Assert.That((before, _token.EndsWithin(period, _time.GetUtcNow())), Is.EqualTo((false, true)));
    }

    [Test]
    public void A_wall_clock_that_drifts_by_a_second_leaves_its_times_and_one_that_is_set_back_by_more_moves_them()
    {
        _time.SetWall(-TimeSpan.FromSeconds(1));
        bool valid = IsValid;
        DateTimeOffset before = _token.ExpiresOn;
        _time.SetWall(-Tick);

        Assert.That((valid, IsValid, before, _token.ExpiresOn, _token.RequestedOn), Is.EqualTo(
            (true, true, The.Now + The.Hour, The.Now + The.Hour - TimeSpan.FromSeconds(1) - Tick, The.Now - TimeSpan.FromSeconds(1) - Tick)));
    }

    [TestCase(20, 20)]
    [TestCase(0, 0)]
    [TestCase(-20, 0)]
    [TestCase(null, 40)]
    public void Of_an_earlier_process_it_has_what_is_left_of_its_life_and_is_due_when_it_was_or_at_once(int? refreshIn, int due)
    {
        var token = new AccessToken("access-1", The.Now.AddMinutes(40), refreshIn is { } minutes ? The.Now.AddMinutes(minutes) : null, "DPoP");

        var resumed = CachedToken.Resume(token, new ScopeSet(["a"]), _time.GetUtcNow(), _time.GetTimestamp());
        AccessToken again = resumed.ToAccessToken();
        _time.AdvanceMonotonic(TimeSpan.FromMinutes(40) - Tick);
        bool before = resumed.IsValid(_time, The.Now);
        _time.AdvanceMonotonic(Tick);

        Assert.Multiple(() =>
        {
            Assert.That(resumed.IsOfAnotherInstance, Is.True);
            Assert.That((resumed.Granted.ToString(), again.Token, again.TokenType), Is.EqualTo(("a", "access-1", "DPoP")));
            Assert.That((again.ExpiresOn, again.RefreshOn), Is.EqualTo((The.Now.AddMinutes(40), The.Now.AddMinutes(due))));
            Assert.That((before, resumed.IsValid(_time, The.Now)), Is.EqualTo((true, false)));
        });
    }

    [Test]
    public void One_that_was_requested_here_is_of_no_other_instance() =>
        Assert.That((_token.IsOfAnotherInstance, _token.RequestedOn), Is.EqualTo((false, The.Now)));

    [Test]
    public void It_prints_its_end_and_not_itself() =>
        Assert.That(_token.ToString(), Is.EqualTo("token until 2026-11-23T05:00:00.0000000+00:00"));
}
