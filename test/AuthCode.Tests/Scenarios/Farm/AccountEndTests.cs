using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>The end of all sessions of an account holds for each of them, for as long as it could be used.</summary>
internal sealed class AccountEndTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task It_lasts_as_long_as_the_sessions_of_a_client_that_keeps_them_longer()
    {
        AuthorizationCodeClient one = Instance(time: _time), brief = Instance(static options => (options.Lifetime, options.IdleTimeout) = (TimeSpan.FromDays(1), TimeSpan.FromDays(1)), time: _time);
        SignedInUser user = await SignIn(one);
        await brief.Sessions.EndAllAsync(user.AccountKey);

        _time.Advance(TimeSpan.FromDays(2));

        Assert.That(await one.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task A_session_that_the_store_has_forgotten_is_not_written_back()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable), other = Instance();
        SignedInUser user = await SignIn(one);
        Store.Flush();
        await other.Sessions.EndAllAsync(user.AccountKey);

        Assert.That((await one.Sessions.FindAsync(user.SessionKey), Store.Entries.Count), Is.EqualTo(((UserSession?)null, 1)), "the entry of the account alone");
    }

    [Test]
    public async Task A_session_that_cannot_be_read_is_not_written_over()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable), other = Instance();
        SignedInUser user = await SignIn(one);
        foreach ((string key, StoredSession stored) in Store.Entries)
        {
            Store.Set(key, stored with { Data = new byte[] { 1, 2, 3 } });
        }

        await other.Sessions.EndAllAsync(user.AccountKey);

        Assert.That(await one.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task A_look_up_that_has_read_the_account_before_looks_again()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1));
        int reads = 0;
        Store.AfterRead = async () =>
        {
            // The entry and its account have been read.
            if (Interlocked.Increment(ref reads) == 3)
            {
                Store.AfterRead = null;
                await other.Sessions.EndAllAsync(user.AccountKey);
            }
        };

        await other.Sessions.FindAsync(user.SessionKey);

        Assert.That(await other.Sessions.FindAsync(user.SessionKey), Is.Null);
    }
}
