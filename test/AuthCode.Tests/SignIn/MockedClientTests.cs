using System.Security.Claims;

namespace AuthCode.Tests.SignIn;

/// <summary>A service tests its own sign-in with a client that is a mock.</summary>
internal sealed class MockedClientTests : SignInFixture
{
    [Test]
    public async Task A_mock_returns_what_the_model_factory_makes()
    {
        AuthorizationRequest request = Client().CreateAuthorizationRequest(The.Redirect, [The.Vault]);
        var client = new Mock(request.Transaction);

        AuthorizationRequest begun = await client.CreateAuthorizationRequestAsync(The.Redirect, [The.Vault]);
        await using SignedInUser user = await client.CompleteSignInAsync(begun.Transaction, The.Redirect);

        Assert.Multiple(() =>
        {
            Assert.That(begun.Uri.AbsoluteUri, Is.EqualTo("https://login.example/authorize"));
            Assert.That((user.AccountKey, user.IdToken), Is.EqualTo(("key-1", "id-token-1")));
            Assert.That(user.Principal.Identity!.Name, Is.EqualTo("Ada Lovelace"));
        });
    }

    [Test]
    public void A_mock_that_overrides_nothing_says_so() => Assert.Multiple(static () =>
    {
        var silent = new Silent();
        Assert.That(() => silent.CreateAuthorizationRequestAsync(The.Redirect, [The.Vault]), Throws.InvalidOperationException.With.Message.Contains("constructor for mocking"));
        Assert.That(() => silent.CreateCredential(The.Code, The.Redirect), Throws.InvalidOperationException.With.Message.Contains("constructor for mocking"));
    });

    [Test]
    public void A_user_of_a_mock_is_no_user_of_a_client() => Assert.Multiple(() =>
    {
        SignedInUser user = AuthCodeModelFactory.SignedInUser(new ClaimsPrincipal(), "key-1", new Credential(), "id-token-1");
        Assert.That(() => Client().GetUserInfoAsync(user), Refusal.Of("user", "The user was signed in by another client"));
        Assert.That(() => Client().CreateSignOutUriAsync(user: user), Refusal.Of("user", "The user was signed in by another client"));
        Assert.That(Endpoint.Requests, Is.Empty);
    });

    private sealed class Mock(AuthorizationTransaction transaction) : AuthorizationCodeClient
    {
        public override Task<AuthorizationRequest> CreateAuthorizationRequestAsync(
            Uri redirectUri, IEnumerable<string> scopes, AuthorizationRequestOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(AuthCodeModelFactory.AuthorizationRequest(new Uri("https://login.example/authorize"), transaction));

        public override Task<SignedInUser> CompleteSignInAsync(AuthorizationTransaction transaction, Uri callback, CancellationToken cancellationToken = default) =>
            Task.FromResult(AuthCodeModelFactory.SignedInUser(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "Ada Lovelace")], "test")), "key-1", new Credential(), "id-token-1"));
    }

    private sealed class Silent : AuthorizationCodeClient;

    private sealed class Credential : AuthorizationCodeCredential;
}
