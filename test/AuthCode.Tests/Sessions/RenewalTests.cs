using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>The caller who renews a token that is still valid.</summary>
internal sealed class RenewalTests(bool isAsync) : BothWays(isAsync)
{
    private readonly FakeTimeProvider _time = new(The.Now);
    private Answer _held = null!;
    private ScriptedEndpoint _endpoint = null!;

    [SetUp]
    public void SetUp()
    {
        _held = Answer.Token("access-2").Held();
        _endpoint = new ScriptedEndpoint(Answer.Token("access-1"), _held);
    }

    [TearDown]
    public void TearDown() => _endpoint.Dispose();

    [Test]
    public async Task The_caller_who_renews_waits_for_2_seconds_and_the_renewal_goes_on()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint, _time);
        Task<AccessToken> renewing = await BeginRenewal(credential, afterSeconds: 3600 - 200);

        _time.Advance(TimeSpan.FromSeconds(2));
        AccessToken old = await renewing;
        DateTimeOffset now = _time.GetUtcNow();
        _held.Release();
        AccessToken renewed = await Until(credential, "access-2");

        _endpoint.Verify();
        Assert.Multiple(() =>
        {
            Assert.That(old.Token, Is.EqualTo("access-1"));
            Assert.That(old.RefreshOn, Is.GreaterThan(now));
            Assert.That(renewed.Token, Is.EqualTo("access-2"));
        });
    }

    [Test]
    public async Task A_renewal_that_takes_less_serves_its_caller()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint, _time);
        Task<AccessToken> renewing = await BeginRenewal(credential, afterSeconds: 3600 - 200);

        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        _held.Release();

        Assert.That((await renewing).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task A_token_that_expires_meanwhile_is_waited_for()
    {
        await using AuthorizationCodeCredential credential = Some.Credential(_endpoint, _time);
        Task<AccessToken> renewing = await BeginRenewal(credential, afterSeconds: 3599);

        _time.Advance(TimeSpan.FromSeconds(2));
        _held.Release();

        Assert.That((await renewing).Token, Is.EqualTo("access-2"));
    }

    private async Task<Task<AccessToken>> BeginRenewal(AuthorizationCodeCredential credential, int afterSeconds)
    {
        await GetToken(credential);
        _time.Advance(TimeSpan.FromSeconds(afterSeconds));
        Task<AccessToken> renewing = GetToken(credential);
        await _held.Arrived;
        return renewing;
    }

    private async Task<AccessToken> Until(AuthorizationCodeCredential credential, string token)
    {
        AccessToken got;
        do
        {
            await Task.Yield();
            got = await GetToken(credential);
        }
        while (got.Token != token);

        return got;
    }
}
