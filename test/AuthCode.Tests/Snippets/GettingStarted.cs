using AuthCode.Testing;
using Azure.Core;

namespace AuthCode.Tests.Snippets;

/// <summary>The code of docs/getting-started.md, compiled, and run where it can be.</summary>
internal sealed class GettingStarted
{
    [Test]
    public async Task The_example_with_the_fake_runs()
    {
        using FakeAad aad = FakeAad.Start();
        await using var credential = new AuthorizationCodeCredential(
            aad.TenantId, aad.ClientId, aad.ClientSecret!, aad.IssueCode("https://vault.azure.net/.default"), new AuthorizationCodeCredentialOptions
            {
                AuthorityHost = aad.AuthorityHost,
                RedirectUri = aad.RedirectUri,
            });
        aad.Enqueue(FakeAadFault.Unavailable(retryAfter: TimeSpan.Zero));
        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(["https://vault.azure.net/.default"]));
        Assert.That(aad.TokenRequests.Select(static request => request.StatusCode), Is.EqualTo(new[] { 503, 200 }));
        Assert.That(token.Token, Is.Not.Empty);
    }

    [Test]
    public async Task The_example_of_a_sign_in_at_the_fake_runs()
    {
        using FakeAad aad = FakeAad.Start();
        var client = new AuthorizationCodeClient(aad.TenantId, aad.ClientId, new AuthorizationCodeClientOptions
        {
            AuthorityHost = aad.AuthorityHost,
            ClientAuthentication = ClientAuthentication.Secret(aad.ClientSecret!),
        });
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(aad.RedirectUri, ["https://vault.azure.net/.default"]);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage redirect = await browser.GetAsync(request.Uri);
        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, redirect.Headers.Location!);
        Assert.That(user.Principal.Identity?.Name, Is.EqualTo(aad.Options.User.Name));
    }

    [Test]
    public async Task The_example_of_failures_tells_the_kinds_apart()
    {
        var endpoint = new ScriptedEndpoint(Answer.Status(System.Net.HttpStatusCode.TooManyRequests, "120"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now));

        Assert.That(await GetTokenOrWhatToDoAsync(credential, The.Vault, default), Is.EqualTo("try again after 00:02:00"));
    }

    internal static async Task<AccessToken> GetTokenAsync(
        string tenantId, string clientId, string clientSecret, string authorizationCode, Uri redirectUri, string codeVerifier)
    {
        await using var credential = new AuthorizationCodeCredential(tenantId, clientId, authorizationCode, redirectUri, new AuthorizationCodeCredentialOptions
        {
            CodeVerifier = codeVerifier,
            ClientAuthentication = ClientAuthentication.Secret(clientSecret),
        });
        AccessToken token = await credential.GetTokenAsync(new TokenRequestContext(["https://vault.azure.net/.default"]));
        return token;
    }

    internal static AuthorizationCodeCredential ForOneOfMany(
        string tenantId, string clientId, string clientSecret, string authorizationCode, Uri redirectUri, string codeVerifier)
    {
        var client = new AuthorizationCodeClient(tenantId, clientId, new AuthorizationCodeClientOptions
        {
            ClientAuthentication = ClientAuthentication.Secret(clientSecret),
        });
        AuthorizationCodeCredential credential = client.CreateCredential(authorizationCode, redirectUri, codeVerifier);
        return credential;
    }

    internal static async Task<Uri> SendToSignIn(AuthorizationCodeClient client, Uri redirectUri, Dictionary<string, string> session)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(redirectUri, ["https://vault.azure.net/.default"]);
        session["sign-in"] = request.Transaction.Serialize();
        return request.Uri;
    }

    internal static async Task<SignedInUser> TakeCallback(
        AuthorizationCodeClient client, Uri callback, Dictionary<string, string> session, CancellationToken cancellationToken)
    {
        AuthorizationTransaction transaction = AuthorizationTransaction.Parse(session["sign-in"]);
        session.Remove("sign-in");
        SignedInUser user = await client.CompleteSignInAsync(transaction, callback, cancellationToken);
        return user;
    }

    internal static AuthorizationCodeCredentialOptions WithOwnHttpClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var options = new AuthorizationCodeCredentialOptions
        {
            HttpClient = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan },
        };
        return options;
    }

    private static async Task<string> GetTokenOrWhatToDoAsync(TokenCredential credential, string scope, CancellationToken cancellationToken)
    {
        AccessToken token;
        try
        {
            token = await credential.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken);
        }
        catch (AuthenticationFailedException e) when (e.IsSignInRequired)
        {
            return SignInAgain(e.Response?.Claims);
        }
        catch (AuthenticationFailedException e) when (e.Response?.RetryAfter is { } wait)
        {
            return TryAgainAfter(wait);
        }

        return token.Token;

        static string SignInAgain(string? claims) => $"sign in with {claims}";
        static string TryAgainAfter(TimeSpan wait) => $"try again after {wait}";
    }
}
