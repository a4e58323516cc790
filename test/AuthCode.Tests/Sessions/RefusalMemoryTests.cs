using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>Refusals that the same request would meet again.</summary>
internal sealed class RefusalMemoryTests(bool isAsync) : BothWays(isAsync)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(The.Now);

    [TestCase("interaction_required", null)]
    [TestCase("invalid_scope", null)]
    [TestCase("invalid_grant", "consent_required")]
    [TestCase("something_new", null)]
    public async Task A_refusal_of_a_refresh_is_repeated_for_30_seconds_without_a_request(string error, string? subError)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error(error, 65001, subError));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);
        await GetToken(credential);
        AuthenticationFailedException first = await Failure(credential, Some.Request(The.Storage));

        for (int i = 0; i < 99; i++)
        {
            AuthenticationFailedException again = await Failure(credential, Some.Request(The.Storage));
            Assert.That((again.Message, again.Response), Is.EqualTo((first.Message, first.Response)));
            Assert.That(again, Is.Not.SameAs(first));
        }

        _time.Advance(Length - TimeSpan.FromTicks(1));
        await Failure(credential, Some.Request(The.Storage));
        endpoint.Verify();
        _time.Advance(TimeSpan.FromTicks(1));
        endpoint.Then(Answer.Token("access-2"));
        Assert.That((await GetToken(credential, The.Storage)).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task Another_request_of_the_session_is_sent()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("interaction_required"), Answer.Token("access-2"), Answer.Token("access-3"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);
        await GetToken(credential);
        await Failure(credential, Some.Request(The.Storage));

        string other = (await GetToken(credential, The.Graph)).Token;
        string withClaims = (await GetToken(credential, Some.Request(The.Storage, claims: "{}"))).Token;

        endpoint.Verify();
        Assert.That((other, withClaims), Is.EqualTo(("access-2", "access-3")));
    }

    [Test]
    public async Task A_refused_client_is_refused_for_every_session_of_that_client()
    {
        var endpoint = new ScriptedEndpoint(Answer.Error("invalid_client", 7000215));
        using var client = new ClientUnderTest(endpoint, _time, ClientAuthentication.Secret(The.Secret));
        await using AuthorizationCodeCredential one = client.Credential();
        await using AuthorizationCodeCredential two = client.Credential();
        AuthenticationFailedException first = await Failure(one);

        AuthenticationFailedException other = await Failure(two, Some.Request(The.Storage));
        endpoint.Verify();
        _time.Advance(Length);
        endpoint.Then(Answer.Token("access-2"));

        Assert.That(other.Response!.Error, Is.EqualTo("invalid_client"));
        Assert.That(other.Message, Is.EqualTo(first.Message));
        Assert.That((await GetToken(two)).Token, Is.EqualTo("access-2"));
    }

    [Test]
    public async Task A_refused_client_may_come_back_with_a_rotated_secret()
    {
        string secret = "the-expired-secret";
        var endpoint = new ScriptedEndpoint(Answer.Error("invalid_client", 7000222), Answer.Token("access-2"));
        using var client = new ClientUnderTest(endpoint, _time, ClientAuthentication.Secret(_ => ValueTask.FromResult(secret)));
        await using AuthorizationCodeCredential credential = client.Credential();
        await Failure(credential);
        await Failure(credential);

        secret = "the-rotated-secret";

        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-2"));
        endpoint.Verify();
    }

    [Test]
    public async Task A_valid_token_is_served_although_its_renewal_is_refused()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Error("interaction_required"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);
        await GetToken(credential);
        _time.Advance(TimeSpan.FromMinutes(56));

        string during = (await GetToken(credential)).Token;
        string after = (await GetToken(credential)).Token;

        endpoint.Verify();
        Assert.That((during, after), Is.EqualTo(("access-1", "access-1")));
    }

    [Test]
    public async Task A_token_that_has_expired_when_it_arrives_serves_its_caller_and_is_not_requested_again_for_30_seconds()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1", expiresIn: 0));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, _time);

        string served = (await GetToken(credential)).Token;
        AuthenticationFailedException again = await Failure(credential);
        endpoint.Verify();
        _time.Advance(Length);
        endpoint.Then(Answer.Token("access-2"));

        Assert.That(served, Is.EqualTo("access-1"));
        Assert.That(again.Message, Does.Contain("had expired when it arrived"));
        Assert.That((await GetToken(credential)).Token, Is.EqualTo("access-2"));
    }

    private sealed class ClientUnderTest(ScriptedEndpoint endpoint, TimeProvider time, ClientAuthentication authentication) : IDisposable
    {
        private readonly AuthorizationCodeClient _client = new(The.Tenant, The.Client, Options(endpoint, time, authentication));

        internal AuthorizationCodeCredential Credential() => _client.CreateCredential(The.Code, The.Redirect, codeVerifier: null);

        public void Dispose() => endpoint.Dispose();

        private static AuthorizationCodeClientOptions Options(ScriptedEndpoint endpoint, TimeProvider time, ClientAuthentication authentication)
        {
            AuthorizationCodeClientOptions options = Some.ClientOptions(endpoint);
            options.TimeProvider = time;
            options.ClientAuthentication = authentication;
            return options;
        }
    }
}
