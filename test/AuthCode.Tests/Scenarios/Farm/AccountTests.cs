using Azure.Core;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>The entry of an account, which ends sessions of instances that know nothing of each other: while the store is down, and across versions.</summary>
internal sealed class AccountTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task A_sign_out_of_all_sessions_while_the_store_is_down_is_told_when_it_is_back()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = Instance(time: time);
        SignedInUser elsewhere = await SignIn(other);
        Store.IsDown = true;
        await one.Sessions.EndAllAsync(elsewhere.AccountKey);
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));

        await one.Sessions.FlushAsync();

        Assert.That(await other.Sessions.FindAsync(elsewhere.SessionKey), Is.Null);
    }

    [Test]
    public async Task A_sign_in_while_the_store_is_down_is_entered_in_its_account_when_the_store_is_back()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var ahead = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now.AddMinutes(4));
        AuthorizationCodeClient one = Instance(time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now)), other = Instance(time: ahead);
        Store.IsDown = true;
        SignedInUser user = await SignIn(other);
        Store.IsDown = false;
        ahead.Advance(TimeSpan.FromSeconds(2));
        await other.Sessions.FlushAsync();

        await one.Sessions.EndAllAsync(user.AccountKey);

        Assert.That(await other.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task An_entry_of_a_later_format_is_not_written_over()
    {
        (AuthorizationCodeClient one, SignedInUser user) = await SignInThatALaterVersionRewrites();
        Dictionary<string, long> before = Store.Entries.ToDictionary(static entry => entry.Key, static entry => entry.Value.Version);

        AccessToken token = await Refresh(user.Credential, 2);
        await one.Sessions.FindAsync(user.SessionKey);

        Assert.That(token.Token, Is.Not.Empty);
        Assert.That(Store.Entries.ToDictionary(static entry => entry.Key, static entry => entry.Value.Version), Is.EqualTo(before));
    }

    [Test]
    public async Task A_sign_in_that_is_entered_late_does_not_replace_a_newer_one()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient one = Instance(time: time), other = Instance(time: time);
        Store.IsDown = true;
        await SignIn(one);
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));
        SignedInUser newer = await SignIn(other);

        await one.Sessions.FlushAsync();

        Assert.That((await other.Sessions.FindNewestAsync(newer.AccountKey))?.Key, Is.EqualTo(newer.SessionKey));
    }

    [Test]
    public async Task A_sign_out_of_all_sessions_ends_one_that_a_later_version_has_written()
    {
        (AuthorizationCodeClient one, SignedInUser user) = await SignInThatALaterVersionRewrites();

        await Instance().Sessions.EndAllAsync(user.AccountKey);

        Assert.That(await one.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task A_session_whose_account_cannot_be_read_is_not_taken_from_the_store()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeClient other = Instance();
        int reads = 0;
        Store.Before = operation => operation == "read" && Interlocked.Increment(ref reads) == 3 ? throw new IOException() : Task.CompletedTask;

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(async () => await other.Sessions.FindAsync(user.SessionKey));

        Assert.That((failure!.IsTransient, failure.IsSignInRequired), Is.EqualTo((true, false)));
    }

    /// <summary>A session of an instance, refreshed and stored by an instance of a later version.</summary>
    private async Task<(AuthorizationCodeClient Instance, SignedInUser User)> SignInThatALaterVersionRewrites()
    {
        IsTolerant = true;
        AuthorizationCodeClient one = Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable);
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential newer = await On(Instance(static options => options.RefreshTokenUse = RefreshTokenUse.Reusable), user.SessionKey);
        Protector.Rewrite = AesProtector.InLaterFormat;
        await Refresh(newer, 1);
        Protector.Rewrite = null;
        return (one, user);
    }
}
