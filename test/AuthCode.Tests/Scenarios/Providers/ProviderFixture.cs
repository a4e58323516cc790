using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>A client of an OpenID provider in memory, both ways.</summary>
internal abstract class ProviderFixture(bool isAsync) : BothWays(isAsync)
{
    private protected static readonly Uri Issuer = new(Provider.Issuer);

    private protected Provider Server { get; } = new();

    private protected FakeTimeProvider Time { get; } = new(The.Now);

    private protected AuthorizationCodeClient Client(
        Action<AuthorizationCodeClientOptions>? configure = null, AuthorizationServer? server = null, Action<AuthorizationServerOptions>? atServer = null)
    {
        var options = new AuthorizationCodeClientOptions
        {
            HttpClient = new HttpClient(Server) { Timeout = Timeout.InfiniteTimeSpan },
            TimeProvider = Time,
        };
        options.Retry.Delay = TimeSpan.Zero;
        configure?.Invoke(options);
        return new AuthorizationCodeClient(server ?? ServerWith(atServer), The.Client, options);
    }

    /// <summary>The provider, with options.</summary>
    private protected static AuthorizationServer ServerWith(Action<AuthorizationServerOptions>? configure)
    {
        var options = new AuthorizationServerOptions();
        configure?.Invoke(options);
        return AuthorizationServer.OpenIdProvider(Issuer, options);
    }

    private protected AuthorizationCodeCredential Credential(
        Action<AuthorizationCodeClientOptions>? configure = null, AuthorizationServer? server = null, Action<AuthorizationServerOptions>? atServer = null) =>
        Client(configure, server, atServer).CreateCredential(The.Code, The.Redirect, The.Verifier);

    /// <summary>Signs a user in whose browser brings the code back at once.</summary>
    private protected async Task<SignedInUser> SignIn(
        AuthorizationCodeClient client, string[]? scopes = null, AuthorizationRequestOptions? options = null, Action<JsonObject>? claims = null, string type = "Bearer") =>
        await SignIn(client, (await client.CreateAuthorizationRequestAsync(The.Redirect, scopes ?? ["email"], options)).Transaction, claims, type);

    /// <summary>Completes a sign-in with a code.</summary>
    private protected async Task<SignedInUser> SignIn(
        AuthorizationCodeClient client, AuthorizationTransaction transaction, Action<JsonObject>? claims = null, string type = "Bearer")
    {
        string nonce = transaction.Nonce.Value;
        Func<SentRequest, HttpResponseMessage> usual = Server.Answers["/token"];
        Server.Answers["/token"] = _ => Provider.Json(HttpStatusCode.OK, Server.Token(nonce, type, claims));
        try
        {
            return await client.CompleteSignInAsync(transaction, new Uri($"{The.Redirect}?code={The.Code}&state={transaction.State}"));
        }
        finally
        {
            Server.Answers["/token"] = usual;
        }
    }

    private protected static IReadOnlyDictionary<string, string> QueryOf(Uri url) => url.Query.TrimStart('?').Split('&')
        .Select(static pair => pair.Split('=', 2))
        .ToDictionary(static pair => pair[0], static pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal);
}
