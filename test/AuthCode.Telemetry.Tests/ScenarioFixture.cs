using System.Diagnostics.Metrics;
using System.Net;
using AuthCode.Tests.Scenarios.Farm;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Telemetry.Tests;

/// <summary>Things that happen to sessions, one method each. Together they emit all there is.</summary>
internal abstract class ScenarioFixture(bool isAsync) : FarmFixture(isAsync)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private protected static FakeTimeProvider Clock() => new(TimeProvider.System.GetUtcNow());

    /// <summary>An instance without a store.</summary>
    private protected AuthorizationCodeClient InMemory(Action<UserSessionOptions>? configure = null, TimeProvider? time = null) => Instance(
        options =>
        {
            options.Store = null;
            options.Protector = null;
            options.Leases = null;
            configure?.Invoke(options);
        },
        time: time);

    /// <summary>Signs in, takes a token from the cache, refreshes, and signs out.</summary>
    private protected async Task Lives()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        await GetToken(user.Credential, "a");
        await Refresh(user.Credential, 1);
        await client.GetUserInfoAsync(user);
        await client.Sessions.EndAsync(user.SessionKey);
        await client.Sessions.FindAsync("no-session");
    }

    private protected async Task Is_signed_out_at_the_server()
    {
        AuthorizationCodeClient client = Instance();
        ServerSession = "server-session-1";
        await SignIn(client);
        ServerSession = null;
        await client.Sessions.EndByServerSessionAsync(Provider.Issuer, "server-session-1");
    }

    private protected async Task Signs_out_everywhere()
    {
        AuthorizationCodeClient client = Instance();
        await client.Sessions.EndAllAsync((await SignIn(client)).AccountKey);
    }

    private protected async Task Expires()
    {
        FakeTimeProvider time = Clock();
        AuthorizationCodeClient client = Instance(static options => options.IdleInMemory = TimeSpan.FromDays(365), time: time);
        SignedInUser user = await SignIn(client);
        time.Advance(TimeSpan.FromDays(91));
        Assert.That(await client.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    private protected async Task Is_evicted()
    {
        AuthorizationCodeClient client = InMemory(static options => options.MostInMemory = 1);
        await SignIn(client);
        await SignIn(client, "subject-2");
    }

    private protected async Task Is_lost()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        Store.Flush();
        Assert.That(await client.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    private protected async Task Is_refused()
    {
        SignedInUser user = await SignIn(InMemory(static options => options.OnEnded = static _ => throw new InvalidOperationException()));
        Task told = Log.Next(12);
        await With("/token", static _ => Provider.Error("invalid_grant"), () => Failure(user.Credential, Some.Request("a", claims: "{}")));
        await told.WaitAsync(Patience);
    }

    private protected async Task Is_renewed_in_vain()
    {
        FakeTimeProvider time = Clock();
        SignedInUser user = await SignIn(InMemory(time: time));
        time.Advance(TimeSpan.FromMinutes(57));
        await With("/token", static _ => Provider.Error("temporarily_unavailable", HttpStatusCode.ServiceUnavailable), () => GetToken(user.Credential, "a"));
    }

    private protected async Task Is_repeated()
    {
        SignedInUser user = await SignIn(InMemory());
        Server.Unreachable = "/token";
        await Failure(user.Credential, Some.Request("a", claims: "{}"));
        Server.Unreachable = null;
    }

    private protected async Task Is_joined()
    {
        SignedInUser user = await SignIn(InMemory());
        var (arrived, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        OnRefresh = _ =>
        {
            arrived.TrySetResult();
            return gate.Task;
        };
        Task<AccessToken> first = Task.Run(() => Refresh(user.Credential, 1));
        await arrived.Task.WaitAsync(Patience);
        int known = Server.At("/token").Count;

        // Told while the second caller holds the lock under which it joins.
        var joining = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var lookups = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "authcode.token.lookups")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        lookups.SetMeasurementEventCallback<long>((_, _, _, _) => joining.TrySetResult());
        lookups.Start();
        Task<AccessToken> second = Task.Run(() => Refresh(user.Credential, 1));
        await joining.Task.WaitAsync(Patience);
        gate.SetResult();
        OnRefresh = null;

        Assert.That((await second).Token, Is.EqualTo((await first).Token));
        Assert.That(Server.At("/token"), Has.Count.EqualTo(known));
    }

    private protected async Task Is_adopted()
    {
        SignedInUser user = await SignIn(Instance());
        AuthorizationCodeCredential elsewhere = await On(Instance(), user.SessionKey);
        await Refresh(user.Credential, 1);
        await Refresh(elsewhere, 1);
    }

    private protected async Task Waits_for_another_instance()
    {
        AuthorizationCodeClient other = Instance(withLeases: false);
        SignedInUser user = await SignIn(other);
        AuthorizationCodeCredential here = await On(Instance(), user.SessionKey);
        await using ISessionLease lease = await LeaseOf(user);
        Task<AccessToken> waiting = Refresh(here, 1);
        await Refresh(user.Credential, 1);
        await waiting.WaitAsync(Patience);
    }

    private protected async Task Waits_too_long()
    {
        FakeTimeProvider time = Clock();
        SignedInUser user = await SignIn(Instance(time: time));
        await using ISessionLease lease = await LeaseOf(user);
        Task<AuthenticationFailedException> waiting = Failure(user.Credential, Some.Request("a", claims: "{}"));
        for (int i = 0; i < 1_000_000 && !waiting.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await waiting.WaitAsync(Patience);
    }

    private protected async Task Has_no_leases()
    {
        SignedInUser user = await SignIn(Instance());
        Leases.IsDown = true;
        await Refresh(user.Credential, 1);
        Leases.IsDown = false;
    }

    private protected async Task Loses_its_lease()
    {
        SignedInUser user = await SignIn(Instance());
        OnRefresh = _ =>
        {
            Leases.Expire();
            return Task.CompletedTask;
        };
        await Refresh(user.Credential, 1);
        OnRefresh = null;
    }

    private protected async Task Meets_another_version()
    {
        SignedInUser user = await SignIn(Instance(withLeases: false));
        string key = KeyOf(user);
        OnRefresh = _ =>
        {
            StoredSession stored = Store.Entries[key];
            Store.Set(key, stored with { Version = stored.Version + 1 });
            return Task.CompletedTask;
        };
        await Refresh(user.Credential, 1);
        OnRefresh = null;
    }

    private protected async Task Has_no_store()
    {
        FakeTimeProvider time = Clock();
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser user = await SignIn(client);
        Store.IsDown = true;
        await Refresh(user.Credential, 1);
        Store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(2));
        Task again = Log.Next(25);
        await client.Sessions.FindAsync(user.SessionKey);
        await again.WaitAsync(Patience);
    }

    private protected async Task Cannot_be_read()
    {
        SignedInUser user = await SignIn(Instance());
        Protector.LoseKey();
        Assert.That(await Instance().Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    private protected async Task Cannot_be_encrypted()
    {
        SignedInUser user = await SignIn(Instance());
        Protector.Rewrite = static _ => throw new InvalidOperationException();
        await Refresh(user.Credential, 1);
        Protector.Rewrite = null;
    }

    private protected async Task Cannot_be_revoked()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        await With("/revoke", static _ => Provider.Error("server_error", HttpStatusCode.InternalServerError), async () => await client.Sessions.EndAsync(user.SessionKey));
    }

    private protected async Task Has_no_userinfo()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        await With("/userinfo", static _ => new HttpResponseMessage(HttpStatusCode.NotFound), () => ThrowsAsync(() => client.GetUserInfoAsync(user)));
    }

    private protected async Task Pushes_its_request()
    {
        Server.Metadata["require_pushed_authorization_requests"] = true;
        await SignIn(Instance());
        await With("/par", static _ => Provider.Error("invalid_request"), () => ThrowsAsync(() => Instance().CreateAuthorizationRequestAsync(The.Redirect, ["a"])));
        Server.Metadata.Remove("require_pushed_authorization_requests");
    }

    private protected async Task Is_declined()
    {
        AuthorizationCodeClient client = Instance();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        await ThrowsAsync(() => client.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?error=access_denied&state={request.Transaction.State}")));
    }

    private protected Task Has_no_metadata() => With(
        "/tenant-1/.well-known/openid-configuration",
        static _ => new HttpResponseMessage(HttpStatusCode.InternalServerError),
        () => ThrowsAsync(() => Instance().CreateAuthorizationRequestAsync(The.Redirect, ["a"])));

    private protected static async Task ThrowsAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (AuthenticationFailedException)
        {
            return;
        }

        Assert.Fail("a failure was expected");
    }

    private protected async Task With(string path, Func<SentRequest, HttpResponseMessage> answer, Func<Task> work)
    {
        Func<SentRequest, HttpResponseMessage> usual = Server.Answers[path];
        Server.Answers[path] = answer;
        await work();
        Server.Answers[path] = usual;
    }

    private string KeyOf(SignedInUser user) => Store.Entries.Keys.Single(key => key == KeyOf(user.SessionKey));

    private static string KeyOf(string sessionKey) => Base64UrlText.Encode(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes($"s|{The.Client}|{Provider.Issuer.Length}|{Provider.Issuer}|{sessionKey}")));

    private async Task<ISessionLease> LeaseOf(SignedInUser user) =>
        await Leases.TryAcquireAsync(KeyOf(user)) ?? throw new InvalidOperationException("The lease is taken.");
}
