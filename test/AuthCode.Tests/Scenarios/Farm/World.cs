using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Instances, a store, leases and a server whose refresh tokens work once, in one order of events.</summary>
internal sealed class World
{
    private readonly Interleaving _order;
    private readonly Seed _seed;
    private readonly MemoryStore _store = new();
    private readonly MemoryLeases _leases = new();
    private int _current = 1;
    private int _failures;
    private bool _losesResponse;

    internal World(Interleaving order, Seed seed)
    {
        _order = order;
        _seed = seed;
        foreach ((string key, StoredSession session) in seed.Entries)
        {
            _store.Set(key, session);
        }
    }

    internal bool HasLeases { get; set; } = true;

    /// <summary>Whether the server accepts the refresh token before the newest as well.</summary>
    internal bool HasGrace { get; set; }

    internal int Replays { get; private set; }

    internal int Failures => _failures;

    internal IReadOnlyList<string> Trace => _order.Trace;

    /// <summary>Whether the store has a session that has not ended, beside the account.</summary>
    internal bool IsAlive => _store.Entries.Values.Count(static entry => !entry.IsEnded) > 1;

    internal (string Name, Func<Task> Act) SignOut => ("user", async () =>
        await ClientOf(new Provider(), _store, _seed.Protector, null, TimeProvider.System).Sessions.EndAsync(_seed.SessionKey));

    internal (string Name, Func<Task> Act) Flush => ("flush", () =>
    {
        // The leases are in the same Redis.
        _store.Flush();
        _leases.Expire();
        return Task.CompletedTask;
    }
    );

    internal (string Name, Func<Task> Act) Pause => ("pause", () =>
    {
        _leases.Expire();
        return Task.CompletedTask;
    }
    );

    internal (string Name, Func<Task> Act) Crash => ("crash", () =>
    {
        _order.Crashed.Add("A");
        _leases.Expire();
        return Task.CompletedTask;
    }
    );

    /// <summary>The next response of the server is lost on its way.</summary>
    internal (string Name, Func<Task> Act) Loss => ("loss", () =>
    {
        _losesResponse = true;
        return Task.CompletedTask;
    }
    );

    /// <summary>Lets instances refresh at once, each for a token of its own, beside another event.</summary>
    internal async Task RunAsync(int instances, params (string Name, Func<Task> Act)[] others)
    {
        (string Name, Func<Task> Act)[] actors = [.. await Task.WhenAll(Enumerable.Range(0, instances).Select(InstanceAsync)), .. others];
        await _order.RunAsync(actors);
    }

    internal static AuthorizationCodeClient ClientOf(HttpMessageHandler server, ISessionStore store, AesProtector protector, ISessionLeases? leases, TimeProvider time)
    {
        var options = new AuthorizationCodeClientOptions { HttpClient = new HttpClient(server) { Timeout = Timeout.InfiniteTimeSpan }, TimeProvider = time };
        options.Retry.MaxRetries = 0;
        options.Sessions.Store = store;
        options.Sessions.Protector = protector;
        options.Sessions.Leases = leases;
        return new AuthorizationCodeClient(AuthorizationServer.OpenIdProvider(new Uri(Provider.Issuer)), The.Client, options);
    }

    private async Task<(string Name, Func<Task> Act)> InstanceAsync(int number)
    {
        string name = $"{(char)('A' + number)}";
        var store = new GatedStore(_order, name, _store, _leases);
        AuthorizationCodeClient client = ClientOf(new GatedServer(_order, name, Answer), store, _seed.Protector, HasLeases ? store : null, new GatedClock(_order, name));
        AuthorizationCodeCredential credential = (await client.Sessions.FindAsync(_seed.SessionKey))!.Credential;
        return (name, async () =>
        {
            try
            {
                await credential.GetTokenAsync(new TokenRequestContext(["a"], claims: $$$"""{"access_token":{"{{{name}}}":null}}"""), CancellationToken.None);
            }
            catch (AuthenticationFailedException)
            {
                Interlocked.Increment(ref _failures);
            }
        }
        );
    }

    private HttpResponseMessage Answer(string refreshToken)
    {
        int sent = int.Parse(refreshToken.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
        bool isGood = sent == _current || (HasGrace && sent == _current - 1);
        if (!isGood)
        {
            Replays++;
            return Provider.Error("invalid_grant");
        }

        _current++;
        if (_losesResponse)
        {
            _losesResponse = false;
            throw new HttpRequestException("lost", new IOException());
        }

        return Provider.Json(HttpStatusCode.OK, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["access_token"] = $"access-{_current}",
            ["refresh_token"] = $"refresh-{_current}",
            ["expires_in"] = 3600,
        });
    }
}
