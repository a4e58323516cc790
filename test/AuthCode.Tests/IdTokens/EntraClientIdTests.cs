using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.IdTokens;

/// <summary>A client ID of Entra ID, which is a GUID, in capitals: tokens name it in small letters.</summary>
internal sealed class EntraClientIdTests
{
    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly OpenIdServer _server = new();

    [Test]
    public async Task The_user_is_signed_in_and_out()
    {
        AuthorizationCodeClient client = Client(The.Client.ToUpperInvariant());
        AuthorizationRequest request = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]);
        _server.Claims["nonce"] = request.Transaction.Nonce.Value;
        _server.Claims["azp"] = The.Client;

        SignedInUser user = await client.CompleteSignInAsync(
            AuthorizationTransaction.Parse(request.Transaction.Serialize()), new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}"));

        Assert.That(user.AccountKey, Does.EndWith(The.Tenant));
        Assert.That(() => client.CreateSignOutUriAsync(user.IdToken!, new Uri("https://app.example/")), Throws.Nothing);
    }

    [Test]
    public async Task The_user_of_a_refresh_is_the_same()
    {
        AuthorizationCodeClient client = Client(The.Client.ToUpperInvariant());
        AuthorizationRequest request = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]);
        _server.Claims["nonce"] = request.Transaction.Nonce.Value;
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}"));

        Assert.That(async () => await user.Credential.GetTokenAsync(Some.Request(The.Storage), default), Throws.Nothing);
    }

    [Test]
    public void Another_client_is_another_one_in_any_case()
    {
        AuthorizationCodeClient client = Client("11112222-BBBB-3333-CCCC-4444DDDD5556");
        AuthorizationRequest request = client.CreateAuthorizationRequest(The.Redirect, [The.Vault]);
        _server.Claims["nonce"] = request.Transaction.Nonce.Value;

        Assert.That(
            () => client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code=c&state={request.Transaction.State}")),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("its audience is not this client"));
    }

    [Test]
    public async Task A_client_ID_that_is_no_GUID_of_Entra_ID_is_sent_as_it_was_written()
    {
        string capitals = The.Client.ToUpperInvariant();
        AuthorizationServer[] servers =
        [
            AuthorizationServer.EntraId("adfs", The.Authority),
            AuthorizationServer.OAuthServer(new Uri(The.Authority, "authorize"), new Uri(The.Authority, "token")),
        ];
        AuthorizationCodeClient[] clients =
        [
            .. servers.Select(server => new AuthorizationCodeClient(server, capitals)),
            new AuthorizationCodeClient(AuthorizationServer.EntraId(The.Tenant, The.Authority), "Client-A"),
        ];

        AuthorizationRequest[] requests = await Task.WhenAll(clients.Select(static client => client.CreateAuthorizationRequestAsync(The.Redirect, ["a"])));

        Assert.That(requests.Select(static request => request.Uri.Query.Split("client_id=")[1].Split('&')[0]), Is.EqualTo(new[] { capitals, capitals, "Client-A" }));
    }

    private AuthorizationCodeClient Client(string clientId) => new(The.Tenant, clientId, new AuthorizationCodeClientOptions
    {
        AuthorityHost = The.Authority,
        HttpClient = new HttpClient(_server.Http) { Timeout = Timeout.InfiniteTimeSpan },
        TimeProvider = _time,
    });
}
