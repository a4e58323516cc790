using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Testing.Tests;

/// <summary>Refresh tokens: who gets one, what it is good for, and how it ends.</summary>
internal sealed class RefreshTokenTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Now);
    private readonly Caller _caller;

    public RefreshTokenTests() => _caller = new Caller(options => options.TimeProvider = _clock);

    public void Dispose() => _caller.Dispose();

    [Test]
    public async Task Only_those_who_ask_for_offline_access_get_one()
    {
        Assert.That((await _caller.RedeemAsync(("scope", The.Vault + " offline_access"))).RefreshToken, Is.Not.Null);
        Assert.That((await _caller.RedeemAsync(("scope", The.Vault))).RefreshToken, Is.Null);
    }

    [Test]
    public async Task None_is_issued_when_the_knob_is_off()
    {
        _caller.Aad.Options.IssueRefreshTokens = false;

        Reply reply = await _caller.RedeemAsync();

        Assert.That(reply, Reply.Granted);
        Assert.That(reply.Json.AsObject().ContainsKey("refresh_token"), Is.False);
    }

    [Test]
    public async Task Each_refresh_brings_another_when_they_rotate()
    {
        string first = await _caller.SignInAsync();
        string second = (await _caller.RefreshAsync(first)).RefreshToken!;
        Reply third = await _caller.RefreshAsync(second);

        Assert.That(third, Reply.Granted);
        Assert.That(new[] { first, second, third.RefreshToken }, Is.Unique.And.None.Null);
    }

    [Test]
    public async Task The_same_goes_on_when_they_do_not_rotate()
    {
        _caller.Aad.Options.RotateRefreshTokens = false;
        string first = await _caller.SignInAsync();

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _caller.RefreshAsync(first)));

        Assert.That(replies, Has.All.Matches(Reply.Granted.Resolve()));
        Assert.That(replies.Select(static reply => reply.RefreshToken), Has.All.Null);
    }

    [Test]
    public async Task Each_refresh_brings_another_access_token()
    {
        string refreshToken = await _caller.SignInAsync();

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _caller.RefreshAsync(refreshToken)));

        Assert.That(replies.Select(static reply => reply.AccessToken), Is.Unique);
    }

    [TestCase(-1, HttpStatusCode.OK)]
    [TestCase(0, HttpStatusCode.BadRequest)]
    public async Task One_works_until_its_end(int ticks, HttpStatusCode expected)
    {
        string refreshToken = await _caller.SignInAsync();
        _clock.Advance(TimeSpan.FromDays(90) + TimeSpan.FromTicks(ticks));

        Reply reply = await _caller.RefreshAsync(refreshToken);

        Assert.That(reply.Status, Is.EqualTo(expected));
    }

    [Test]
    public async Task The_end_of_one_is_told_with_its_suberror()
    {
        _caller.Aad.Options.RefreshTokenLifetime = The.Hour;
        string refreshToken = await _caller.SignInAsync();
        _clock.Advance(The.Hour);

        Reply reply = await _caller.RefreshAsync(refreshToken);

        Assert.That(reply, Reply.Refused("invalid_grant", 700082));
        Assert.That(reply["suberror"], Is.EqualTo("token_expired"));
    }

    [Test]
    public async Task A_rotated_one_lives_its_own_life()
    {
        string first = await _caller.SignInAsync();
        _clock.Advance(TimeSpan.FromDays(89));
        string second = (await _caller.RefreshAsync(first)).RefreshToken!;
        _clock.Advance(TimeSpan.FromDays(89));

        Assert.That(await _caller.RefreshAsync(second), Reply.Granted);
    }

    [Test]
    public async Task A_revoked_one_is_refused_and_so_is_its_family()
    {
        string first = await _caller.SignInAsync();
        string second = (await _caller.RefreshAsync(first)).RefreshToken!;

        _caller.Aad.RevokeRefreshTokens();
        Reply reply = await _caller.RefreshAsync(second);

        Assert.That(reply, Reply.Refused("invalid_grant", 50173));
        Assert.That(reply["suberror"], Is.EqualTo("bad_token"));
        Assert.That(await _caller.RefreshAsync(first), Reply.Refused("invalid_grant", 50173));
    }

    [Test]
    public async Task Who_signs_in_after_the_revocation_is_not_affected()
    {
        await _caller.SignInAsync();
        _caller.Aad.RevokeRefreshTokens();

        Assert.That(await _caller.RefreshAsync(await _caller.SignInAsync()), Reply.Granted);
    }

    [Test]
    public async Task An_unknown_one_is_refused()
    {
        Assert.That(await _caller.RefreshAsync("made-up"), Reply.Refused("invalid_grant", 9002313));
        Assert.That(await _caller.RefreshAsync(_caller.Aad.IssueCode(The.Vault)), Reply.Refused("invalid_grant", 9002313), "a code");
    }

    [Test]
    public async Task None_at_all_is_a_missing_parameter([Values("", null)] string? refreshToken) =>
        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Refused("invalid_request", 900144));

    [Test]
    public async Task One_works_for_other_tenants_and_resources()
    {
        string refreshToken = await _caller.SignInAsync();
        _caller.Tenant = The.OtherTenant;

        Reply reply = await _caller.RefreshAsync(refreshToken, ("scope", The.Storage));

        Assert.That(reply, Reply.Granted);
        Assert.That(reply.AccessClaims.Claims["tid"].GetString(), Is.EqualTo(_caller.Aad.TenantIdOf(The.OtherTenant)));
        Assert.That(reply.AccessClaims.Claims["aud"].GetString(), Is.EqualTo("https://storage.azure.com"));
    }

    [Test]
    public async Task Another_clients_is_refused()
    {
        string refreshToken = await _caller.SignInAsync();
        _caller.Aad.Options.ClientId = The.Client;

        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Refused("invalid_grant", 700007));
    }

    [Test]
    public async Task One_keeps_its_user()
    {
        string refreshToken = await _caller.SignInAsync();
        string user = _caller.Aad.Options.User.ObjectId;
        _caller.Aad.Options.User = new FakeAadUser("another", The.Tenant, "Grace Hopper", "grace@contoso.example");

        Reply reply = await _caller.RefreshAsync(refreshToken);

        Assert.That(reply.AccessClaims.Claims["oid"].GetString(), Is.EqualTo(user));
    }

    [Test]
    public async Task None_comes_with_a_refresh_once_the_knob_is_off_and_the_old_one_goes_on()
    {
        string refreshToken = await _caller.SignInAsync();
        _caller.Aad.Options.IssueRefreshTokens = false;
        _caller.Aad.Options.RevokeOnReplay = true;

        Assert.That((await _caller.RefreshAsync(refreshToken)).RefreshToken, Is.Null);
        Assert.That(await _caller.RefreshAsync(refreshToken), Reply.Granted);
    }
}
