using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Testing.Tests;

/// <summary>A code works once, for its client, with its redirect URI, and not for long.</summary>
internal sealed class CodeTests
{
    [Test]
    public async Task A_code_works_once()
    {
        using var caller = new Caller();
        string code = caller.Aad.IssueCode(The.Vault);
        Reply first = await caller.RedeemAsync(code);

        Reply second = await caller.RedeemAsync(code);

        Assert.That(first, Reply.Granted);
        Assert.That(second, Reply.Refused("invalid_grant", 54005));
    }

    [Test]
    public async Task Of_a_hundred_redemptions_at_once_one_succeeds()
    {
        using var caller = new Caller();
        string code = caller.Aad.IssueCode(The.Vault);

        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => caller.RedeemAsync(code)));

        Assert.That(replies, Has.Exactly(1).Matches(Reply.Granted.Resolve()));
        Assert.That(replies, Has.Exactly(99).Matches(Reply.Refused("invalid_grant", 54005).Resolve()));
    }

    [Test]
    public async Task Each_code_is_its_own()
    {
        using var caller = new Caller();

        string[] codes = [.. Enumerable.Range(0, 10).Select(_ => caller.Aad.IssueCode(The.Vault))];
        Reply[] replies = await Task.WhenAll(codes.Select(code => caller.RedeemAsync(code)));

        Assert.That(codes, Is.Unique);
        Assert.That(replies, Has.All.Matches(Reply.Granted.Resolve()));
    }

    [Test]
    public async Task An_unknown_code_is_refused([Values("made-up", "0.", "0.AXoA", "%", "é")] string code)
    {
        using var caller = new Caller();

        Assert.That(await caller.RedeemAsync(code), Reply.Refused("invalid_grant", 9002313));
    }

    [Test]
    public async Task A_refresh_token_is_no_code()
    {
        using var caller = new Caller();
        string refreshToken = await caller.SignInAsync();

        Assert.That(await caller.RedeemAsync(refreshToken), Reply.Refused("invalid_grant", 9002313));
    }

    [Test]
    public async Task A_code_in_other_letter_case_is_unknown()
    {
        using var caller = new Caller();
        string code = caller.Aad.IssueCode(The.Vault);

        Assert.That(await caller.RedeemAsync(code.ToUpperInvariant()), Reply.Refused("invalid_grant", 9002313));
        Assert.That(await caller.RedeemAsync(code), Reply.Granted);
    }

    [Test]
    public async Task Another_clients_code_is_refused()
    {
        using var caller = new Caller();
        string code = caller.Aad.IssueCode(new FakeAadCodeRequest { ClientId = The.Client, RedirectUri = caller.Aad.RedirectUri.OriginalString });

        Assert.That(await caller.RedeemAsync(code), Reply.Refused("invalid_grant", 700007));
    }

    [TestCase("https://app.example/signin-oidc/")]
    [TestCase("https://app.example/signin-OIDC")]
    [TestCase("https://APP.example/signin-oidc")]
    [TestCase("HTTPS://app.example/signin-oidc")]
    [TestCase("https://app.example:443/signin-oidc")]
    [TestCase("https://app.example/signin-oidc ")]
    [TestCase("https://app.example/signin%2Doidc")]
    [TestCase("")]
    [TestCase(null)]
    public async Task Another_redirect_URI_is_refused_and_the_right_one_still_works(string? redirect)
    {
        using var caller = new Caller();
        string code = caller.Aad.IssueCode(The.Vault);

        Assert.That(await caller.RedeemAsync(code, ("redirect_uri", redirect)), Reply.Refused("invalid_grant", 500112));
        Assert.That(await caller.RedeemAsync(code), Reply.Granted);
    }

    [Test]
    public async Task A_redirect_URI_is_compared_as_it_was_written()
    {
        const string Written = "HTTPS://App.Example:443/a%7eb?x=1&y=%20";
        using var caller = new Caller(static options => options.RedirectUris = [new Uri(Written)]);

        Assert.That(await caller.RedeemAsync(("redirect_uri", Written)), Reply.Granted);
        Assert.That(await caller.RedeemAsync(("redirect_uri", new Uri(Written).AbsoluteUri)), Reply.Refused("invalid_grant", 500112));
    }

    [Test]
    public async Task A_code_without_a_redirect_URI_is_redeemed_without_one()
    {
        using var caller = new Caller();

        Assert.That(await caller.RedeemAsync(caller.Aad.IssueCode(new FakeAadCodeRequest()), ("redirect_uri", null)), Reply.Granted);
        Assert.That(await caller.RedeemAsync(caller.Aad.IssueCode(new FakeAadCodeRequest())), Reply.Refused("invalid_grant", 500112));
    }

    [TestCase(-1, HttpStatusCode.OK, TestName = "A_code_works_until_its_end(10 min − 1 tick)")]
    [TestCase(0, HttpStatusCode.BadRequest, TestName = "A_code_works_until_its_end(10 min)")]
    [TestCase(1, HttpStatusCode.BadRequest, TestName = "A_code_works_until_its_end(10 min + 1 tick)")]
    public async Task A_code_works_until_its_end(int ticks, HttpStatusCode expected)
    {
        var clock = new FakeTimeProvider(The.Now);
        using var caller = new Caller(options => options.TimeProvider = clock);
        string code = caller.Aad.IssueCode(The.Vault);
        clock.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromTicks(ticks));

        Reply reply = await caller.RedeemAsync(code);

        Assert.That(reply.Status, Is.EqualTo(expected));
        Assert.That(expected == HttpStatusCode.OK || reply.Code == 70008, "AADSTS70008");
    }

    [Test]
    public async Task The_life_of_a_code_is_a_knob()
    {
        var clock = new FakeTimeProvider(The.Now);
        using var caller = new Caller(options => options.TimeProvider = clock);
        string old = caller.Aad.IssueCode(The.Vault);
        caller.Aad.Options.CodeLifetime = TimeSpan.FromMinutes(1);
        string fresh = caller.Aad.IssueCode(The.Vault);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(await caller.RedeemAsync(old), Reply.Granted);
        Assert.That(await caller.RedeemAsync(fresh), Reply.Refused("invalid_grant", 70008));
    }

    [TestCase("code")]
    [TestCase("grant_type")]
    [TestCase("client_id")]
    public async Task A_field_that_must_be_there_is_named_when_it_is_not(string field)
    {
        using var caller = new Caller();

        Reply missing = await caller.RedeemAsync((field, null));

        Assert.That(missing, Reply.Refused("invalid_request", 900144));
        Assert.That(missing["error_description"], Does.Contain($"'{field}'"));
    }

    [TestCase("client_credentials")]
    [TestCase("Authorization_Code")]
    [TestCase("urn:ietf:params:oauth:grant-type:device_code")]
    public async Task Another_grant_is_not_supported(string grantType)
    {
        using var caller = new Caller();

        Assert.That(await caller.RedeemAsync(("grant_type", grantType)), Reply.Refused("unsupported_grant_type", 70003));
    }
}
