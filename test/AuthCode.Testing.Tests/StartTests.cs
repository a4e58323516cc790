
namespace AuthCode.Testing.Tests;

/// <summary>Starting and stopping fakes.</summary>
internal sealed class StartTests
{
    [Test]
    public async Task One_line_starts_one_that_grants()
    {
        using var caller = new Caller();

        Assert.That(await caller.RedeemAsync(), Reply.Granted);
    }

    [Test]
    public void It_listens_on_loopback_only()
    {
        using var aad = FakeAad.Start();

        Assert.That(aad.AuthorityHost.ToString(), Does.Match("^http://127\\.0\\.0\\.1:[0-9]+/$"));
    }

    [Test]
    public async Task Many_run_side_by_side_on_ports_of_their_own_and_share_no_grant()
    {
        Caller[] callers = [.. Enumerable.Range(0, 20).Select(static _ => new Caller())];
        try
        {
            Reply[] own = await Task.WhenAll(callers.Select(static caller => caller.RedeemAsync()));
            Reply[] others = await Task.WhenAll(callers.Select((caller, i) => caller.RefreshAsync(own[(i + 1) % own.Length].RefreshToken)));

            Assert.Multiple(() =>
            {
                Assert.That(callers.Select(static caller => caller.Aad.AuthorityHost.Port), Is.Unique);
                Assert.That(own, Has.All.Matches(Reply.Granted.Resolve()));
                Assert.That(others, Has.All.Matches(Reply.Refused("invalid_grant", 9002313).Resolve()));
                Assert.That(callers.Select(static caller => caller.Aad.Requests.Count), Has.All.EqualTo(2));
            });
        }
        finally
        {
            Array.ForEach(callers, static caller => caller.Dispose());
        }
    }

    [Test]
    public void Disposing_twice_is_disposing_once()
    {
        using var aad = FakeAad.Start();
        aad.Dispose();

        Assert.That(aad.Dispose, Throws.Nothing);
    }

    [Test]
    public void The_log_outlives_the_fake()
    {
        using var caller = new Caller();
        Assert.That(() => caller.RedeemAsync(), Throws.Nothing);

        caller.Aad.Dispose();

        Assert.That(caller.Aad.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_defaults_are_those_of_the_options()
    {
        var options = new FakeAadOptions();
        using var aad = FakeAad.Start(options);

        Assert.Multiple(() =>
        {
            Assert.That(aad.Options, Is.SameAs(options));
            Assert.That(aad.TenantId, Is.EqualTo(options.TenantId));
            Assert.That(aad.ClientId, Is.EqualTo(options.ClientId));
            Assert.That(aad.ClientSecret, Is.EqualTo(options.ClientSecret));
            Assert.That(aad.RedirectUri, Is.EqualTo(options.RedirectUris[0]));
        });
    }

    [Test]
    public void Nothing_starts_from_nothing() => Assert.Multiple(() =>
    {
        Assert.That(() => FakeAad.Start((FakeAadOptions)null!), Refusal.OfNull("options"));
        Assert.That(() => FakeAad.Start((Action<FakeAadOptions>)null!), Refusal.OfNull("configure"));
    });

    [Test]
    public void Redirect_URIs_must_be_there()
    {
        Assert.Multiple(static () =>
        {
            Assert.That(static () => FakeAad.Start(static options => options.RedirectUris = []), Refusal.Of("value", "RedirectUris must hold at least one URI"));
            Assert.That(static () => FakeAad.Start(static options => options.RedirectUris = [null!]), Refusal.Of("value", "RedirectUris must hold at least one URI"));
            Assert.That(static () => new FakeAadOptions { RedirectUris = null! }, Refusal.OfNull("value"));
        });
    }

    [Test]
    public void A_list_of_redirect_URIs_that_is_emptied_later_changes_nothing()
    {
        List<Uri> uris = [The.Redirect];
        using var aad = FakeAad.Start(options => options.RedirectUris = uris);

        uris.Clear();

        Assert.That(aad.RedirectUri, Is.EqualTo(The.Redirect));
        Assert.That(() => aad.IssueCode(The.Vault), Throws.Nothing);
    }

    [Test]
    public void Its_members_take_no_null()
    {
        using var aad = FakeAad.Start();

        Assert.Multiple(() =>
        {
            Assert.That(() => aad.AuthorizeUri(null!), Refusal.OfNull("scopes"));
            Assert.That(() => aad.IssueCode((FakeAadCodeRequest)null!), Refusal.OfNull("request"));
            Assert.That(() => aad.IssueCode((string[])null!), Refusal.OfNull("scopes"));
            Assert.That(() => aad.IssueCode(The.Vault, null!), Throws.ArgumentException.With.Message.Contains("Scopes"));
            Assert.That(() => aad.IssueCode(new FakeAadCodeRequest { Scopes = null! }), Throws.ArgumentException.With.Property("ParamName").EqualTo("request"));
            Assert.That(() => aad.Enqueue(null!), Refusal.OfNull("faults"));
            Assert.That(() => aad.Enqueue([null!]), Refusal.OfNull("faults"));
            Assert.That(() => aad.CreateClaimsChallenge(null!), Refusal.OfNull("claims"));
            Assert.That(() => aad.RequireClaims(null!, "{}"), Refusal.OfNull("resource"));
            Assert.That(() => aad.RequireClaims("", "{}"), Throws.ArgumentException);
            Assert.That(static () => FakeAadFault.Redirect(null!), Refusal.OfNull("target"));
        });
    }
}
