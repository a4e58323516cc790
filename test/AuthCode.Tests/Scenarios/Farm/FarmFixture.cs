using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Instances of a service in one process, with a store, leases, and a server whose refresh tokens work once.</summary>
internal abstract class FarmFixture(bool isAsync) : BothWays(isAsync)
{
    private readonly ConcurrentDictionary<string, bool> _used = new();
    private int _number;

    private protected MemoryStore Store { get; } = new();

    private protected MemoryLeases Leases { get; } = new();

    private protected AesProtector Protector { get; } = new();

    private protected Provider Server { get; } = new();

    /// <summary>Refresh tokens that were sent a second time: a strict server would have revoked the session.</summary>
    private protected int Replays { get; private set; }

    private protected ConcurrentQueue<SessionEnded> Ended { get; } = new();

    /// <summary>Whether the server keeps refresh tokens that were used.</summary>
    private protected bool IsTolerant { get; set; }

    private protected RecordedLog Log { get; } = new();

    /// <summary>The session at the server of the next sign-in (<c>sid</c>); <see langword="null"/> for none.</summary>
    private protected string? ServerSession { get; set; }

    /// <summary>Called with each refresh, before the server does anything.</summary>
    private protected Func<string, Task>? OnRefresh { get; set; }

    /// <summary>Called with each redemption, after the server has taken the code.</summary>
    private protected Action? OnRedeemed { get; set; }

    [SetUp]
    public void SetUpServer() => Server.Answers["/token"] = Answer;

    /// <summary>An instance of the service.</summary>
    private protected AuthorizationCodeClient Instance(Action<UserSessionOptions>? configure = null, bool withLeases = true, TimeProvider? time = null, ClientAuthentication? authentication = null, TimeSpan? networkTimeout = null)
    {
        var options = new AuthorizationCodeClientOptions { HttpClient = new HttpClient(Server) { Timeout = Timeout.InfiniteTimeSpan } };
        options.TimeProvider = time ?? TimeProvider.System;
        options.ClientAuthentication = authentication ?? ClientAuthentication.None;
        options.LoggerFactory = Log;
        options.Retry.Delay = TimeSpan.Zero;
        options.Retry.NetworkTimeout = networkTimeout ?? options.Retry.NetworkTimeout;
        options.Sessions.Store = Store;
        options.Sessions.Protector = Protector;
        options.Sessions.Leases = withLeases ? Leases : null;
        options.Sessions.RevalidateAfter = TimeSpan.Zero;
        options.Sessions.OnEnded = ended =>
        {
            Ended.Enqueue(ended);
            return ValueTask.CompletedTask;
        };
        configure?.Invoke(options.Sessions);
        return new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer)), The.Client, options);
    }

    /// <summary>An instance whose sessions live in its memory.</summary>
    private protected AuthorizationCodeClient Alone(TimeProvider? time = null) => Instance(
        static options =>
        {
            options.Store = null;
            options.Protector = null;
        },
        withLeases: false,
        time);

    /// <summary>A logout token of the server.</summary>
    private protected static string LogoutToken(string? session = null, string? subject = null, string id = "logout-1")
    {
        JsonObject payload = Provider.LogoutToken(TimeProvider.System.GetUtcNow(), session, subject);
        payload["jti"] = id;
        return Provider.Sign(payload);
    }

    private protected async Task<SignedInUser> SignIn(AuthorizationCodeClient client, string subject = Provider.Subject, SignedInUser? upgrade = null)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a", "b"]);
        Server.Answers["/token"] = sent =>
        {
            if (sent["grant_type"] == "refresh_token")
            {
                return Answer(sent);
            }

            OnRedeemed?.Invoke();
            return Provider.Json(HttpStatusCode.OK, Token(request.Transaction.Nonce.Value, subject));
        };
        try
        {
            var callback = new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}");
            return await (upgrade is null ? client.CompleteSignInAsync(request.Transaction, callback) : client.CompleteSignInAsync(request.Transaction, callback, upgrade));
        }
        finally
        {
            Server.Answers["/token"] = Answer;
        }
    }

    private protected async Task<SignedInUser> SignInWithoutRefreshToken(AuthorizationCodeClient client)
    {
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a", "b"]);
        Server.Answers["/token"] = _ =>
        {
            JsonObject token = Token(request.Transaction.Nonce.Value, Provider.Subject);
            token.Remove("refresh_token");
            return Provider.Json(HttpStatusCode.OK, token);
        };
        try
        {
            return await client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}"));
        }
        finally
        {
            Server.Answers["/token"] = Answer;
        }
    }

    /// <summary>The session on an instance, which must be alive there.</summary>
    private protected static async Task<AuthorizationCodeCredential> On(AuthorizationCodeClient client, string sessionKey) =>
        (await client.Sessions.FindAsync(sessionKey))?.Credential ?? throw new InvalidOperationException("The session is not alive.");

    /// <summary>A token of its own for each number.</summary>
    private protected Task<AccessToken> Refresh(TokenCredential credential, int number) =>
        GetToken(credential, Some.Request("a", claims: $$$"""{"access_token":{"c{{{number}}}":null}}"""));

    private protected int Refreshes => Server.At("/token").Count(static sent => sent["grant_type"] == "refresh_token");

    private HttpResponseMessage Answer(SentRequest sent)
    {
        string refreshToken = sent["refresh_token"]!;
        OnRefresh?.Invoke(refreshToken).GetAwaiter().GetResult();
        if (!_used.TryAdd(refreshToken, true) && !IsTolerant)
        {
            Replays++;
            return Provider.Error("invalid_grant");
        }

        return Provider.Json(HttpStatusCode.OK, Token(null, null));
    }

    private protected JsonObject Token(string? nonce, string? subject)
    {
        int number = Interlocked.Increment(ref _number);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var token = new JsonObject
        {
            ["token_type"] = "Bearer",
            ["access_token"] = $"access-{number}-c4n4ry-of-the-access-token",
            ["refresh_token"] = $"refresh-{number}-c4n4ry-of-the-refresh-token",
            ["expires_in"] = 3600,
        };
        if (nonce is not null)
        {
            token["id_token"] = Provider.IdToken(nonce, claims =>
            {
                claims["sub"] = subject;
                claims["iat"] = now.ToUnixTimeSeconds();
                claims["exp"] = now.AddHours(1).ToUnixTimeSeconds();
                if (ServerSession is not null)
                {
                    claims["sid"] = ServerSession;
                }
            });
        }

        return token;
    }
}
