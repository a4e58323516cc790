using System.Net;
using Azure.Core;

namespace AuthCode.Tests.Sessions;

internal sealed class DisposalTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task A_disposed_credential_gives_no_token_not_even_a_cached_one()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token());
        AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential);

        await credential.DisposeAsync();

        Assert.That(async () => await GetToken(credential), Throws.TypeOf<ObjectDisposedException>());
        endpoint.Verify();
    }

    [Test]
    public async Task Disposal_gives_up_the_request_under_way_and_tells_its_callers()
    {
        Answer held = Answer.Token().Held();
        var endpoint = new ScriptedEndpoint(held);
        AuthorizationCodeCredential credential = Some.Credential(endpoint);
        Task<AccessToken> call = GetToken(credential);
        await held.Arrived;

        credential.Dispose();

        Assert.That(async () => await call, Throws.TypeOf<ObjectDisposedException>());
        endpoint.Verify();
    }

    [Test]
    public async Task Disposal_tells_callers_who_wait_for_their_turn()
    {
        Answer held = Answer.Token().Held();
        var endpoint = new ScriptedEndpoint(held);
        AuthorizationCodeCredential credential = Some.Credential(endpoint);
        Task<AccessToken> first = GetToken(credential, The.Vault);
        await held.Arrived;
        Task<AccessToken> second = GetToken(credential, The.Storage);

        credential.Dispose();

        Assert.That(async () => await first, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await second, Throws.TypeOf<ObjectDisposedException>());
        endpoint.Verify();
    }

    [Test]
    public void Disposal_twice_is_disposal_once()
    {
        AuthorizationCodeCredential credential = Some.Credential(new ScriptedEndpoint());
        credential.Dispose();

        Assert.That(credential.Dispose, Throws.Nothing);
    }

    [Test]
    public async Task A_supplied_HttpClient_stays_open()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Status(HttpStatusCode.OK));
        AuthorizationCodeCredentialOptions options = Some.Options(endpoint);
        var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        await GetToken(credential);

        credential.Dispose();

        using var content = new StringContent("");
        using HttpResponseMessage answer = await options.HttpClient!.PostAsync(The.Authority, content);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_shared_client_authentication_stays_usable()
    {
        ClientAuthentication shared = ClientAuthentication.Secret(The.Secret);
        AuthorizationCodeCredential disposed = Some.Credential(new ScriptedEndpoint(), configure: options => options.ClientAuthentication = shared);
        disposed.Dispose();
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.ClientAuthentication = shared);

        await GetToken(credential);

        Assert.That(endpoint.Requests.Single()["client_secret"], Is.EqualTo(The.Secret));
    }

    [Test]
    public void A_mock_without_overrides_says_what_to_do()
    {
        using var mock = new Mock();

        Assert.That(async () => await GetToken(mock), Throws.InvalidOperationException.With.Message.Contains("override GetToken"));
    }

    private sealed class Mock : AuthorizationCodeCredential;
}
