namespace AuthCode.Testing.Tests;

/// <summary>A code or refresh token that comes again: Entra ID goes on, a strict server ends the family (RFC 9700 section 4.14.2).</summary>
internal sealed class ReplayTests
{
    [Test]
    public async Task An_old_refresh_token_is_accepted_as_Entra_ID_does()
    {
        using var caller = new Caller();
        string first = await caller.SignInAsync();
        string second = (await caller.RefreshAsync(first)).RefreshToken!;

        Assert.That(await caller.RefreshAsync(first), Reply.Granted);
        Assert.That(await caller.RefreshAsync(second), Reply.Granted);
    }

    [Test]
    public async Task A_replayed_code_leaves_the_session_as_Entra_ID_does()
    {
        using var caller = new Caller();
        string code = caller.Aad.IssueCode(The.Vault);
        string refreshToken = (await caller.RedeemAsync(code)).RefreshToken!;
        await caller.RedeemAsync(code);

        Assert.That(await caller.RefreshAsync(refreshToken), Reply.Granted);
    }

    [Test]
    public async Task A_replayed_refresh_token_ends_the_family_where_that_is_strict()
    {
        using Caller caller = Strict();
        string first = await caller.SignInAsync();
        string second = (await caller.RefreshAsync(first)).RefreshToken!;
        string third = (await caller.RefreshAsync(second)).RefreshToken!;

        Assert.That(await caller.RefreshAsync(first), Reply.Refused("invalid_grant", 50173));
        Assert.That(await caller.RefreshAsync(third), Reply.Refused("invalid_grant", 50173));
    }

    [Test]
    public async Task A_replayed_code_ends_the_family_where_that_is_strict()
    {
        using Caller caller = Strict();
        string code = caller.Aad.IssueCode(The.Vault);
        string refreshToken = (await caller.RedeemAsync(code)).RefreshToken!;

        Assert.That(await caller.RedeemAsync(code), Reply.Refused("invalid_grant", 54005));
        Assert.That(await caller.RefreshAsync(refreshToken), Reply.Refused("invalid_grant", 50173));
    }

    [Test]
    public async Task Who_replays_nothing_goes_on_where_that_is_strict()
    {
        using Caller caller = Strict();
        string refreshToken = await caller.SignInAsync();

        for (int i = 0; i < 5; i++)
        {
            Reply reply = await caller.RefreshAsync(refreshToken);
            Assert.That(reply, Reply.Granted);
            refreshToken = reply.RefreshToken!;
        }
    }

    [Test]
    public async Task Another_family_goes_on_where_that_is_strict()
    {
        using Caller caller = Strict();
        string other = await caller.SignInAsync();
        string first = await caller.SignInAsync();
        await caller.RefreshAsync(first);
        await caller.RefreshAsync(first);

        Assert.That(await caller.RefreshAsync(other), Reply.Granted);
    }

    [Test]
    public async Task One_that_does_not_rotate_is_no_replay_where_that_is_strict()
    {
        using Caller caller = Strict();
        caller.Aad.Options.RotateRefreshTokens = false;
        string refreshToken = await caller.SignInAsync();

        Assert.That(await caller.RefreshAsync(refreshToken), Reply.Granted);
        Assert.That(await caller.RefreshAsync(refreshToken), Reply.Granted);
    }

    [Test]
    public async Task Of_fifty_refreshes_at_once_one_succeeds_and_its_token_is_dead_where_that_is_strict()
    {
        using Caller caller = Strict();
        string refreshToken = await caller.SignInAsync();

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => caller.RefreshAsync(refreshToken)));
        Reply winner = replies.Single(static reply => Reply.Granted.Resolve().ApplyTo(reply).IsSuccess);

        Assert.That(replies.Where(reply => reply != winner), Has.All.Matches(Reply.Refused("invalid_grant", 50173).Resolve()));
        Assert.That(await caller.RefreshAsync(winner.RefreshToken), Reply.Refused("invalid_grant", 50173));
    }

    [Test]
    public async Task A_code_that_another_client_replays_ends_nothing()
    {
        using Caller caller = Strict();
        string own = caller.Aad.ClientId;
        string code = caller.Aad.IssueCode(The.Vault);
        string refreshToken = (await caller.RedeemAsync(code)).RefreshToken!;
        caller.Aad.Options.ClientId = The.Client;
        Assert.That(await caller.RedeemAsync(code), Reply.Refused("invalid_grant", 700007));
        caller.Aad.Options.ClientId = own;

        Assert.That(await caller.RefreshAsync(refreshToken), Reply.Granted);
    }

    private static Caller Strict() => new(static options => options.RevokeOnReplay = true);
}
