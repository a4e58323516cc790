using System.Collections.Concurrent;
using Azure.Core;

namespace AuthCode.Tests.Scenarios.Chaos;

/// <summary>Many callers, many keys, faults and cancellations at once against a server that forgives nothing.</summary>
internal sealed class ChaosTests(bool isAsync) : BothWays(isAsync)
{
    private const int Seed = 20261123;

    [Test]
    public async Task Nothing_is_replayed_lost_or_mixed_up()
    {
        const int Callers = 64;
        const int CallsEach = 40;
        using var server = new StrictServer(Faults(oneIn: 4));
        await using AuthorizationCodeCredential credential = Credential(server, server.NewCode());
        var wrong = new ConcurrentBag<string>();
        var unexpected = new ConcurrentBag<Exception>();

        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => RunAsync(new Dice(Seed + caller)))];
        await Task.WhenAll(callers);

        // Whatever went wrong before: the session is alive, since its refresh token was never lost.
        AccessToken last = await UntilItSucceeds(credential, Some.Request("api://last/read"));
        Assert.Multiple(() =>
        {
            Assert.That(wrong, Is.Empty, "tokens for the wrong key");
            Assert.That(unexpected, Is.Empty, "exceptions of another kind");
            Assert.That(server.Replays, Is.Zero, "codes and refresh tokens sent twice");
            Assert.That(server.Redemptions, Is.EqualTo(1));
            Assert.That(last.Token, Is.Not.Empty);
        });

        async Task RunAsync(Dice dice)
        {
            for (int i = 0; i < CallsEach; i++)
            {
                await CallAsync(dice);
            }
        }

        async Task CallAsync(Dice dice)
        {
            string tenant = $"tenant{dice.Roll(32)}.example";
            string scope = $"api://app{dice.Roll(4)}/read";
            string? claims = dice.Roll(3) switch { 0 => null, 1 => """{"a":1}""", _ => """{"b":2}""" };
            using var cancellation = new CancellationTokenSource();
            bool leaves = dice.Roll(10) == 0;
            try
            {
                Task<AccessToken> call = GetToken(credential, Some.Request(scope, claims, tenant), cancellation.Token);
                if (leaves)
                {
                    await cancellation.CancelAsync();
                }

                string key = StrictServer.KeyOf((await call).Token);
                if (!key.StartsWith($"/{tenant}/oauth2/v2.0/token|{scope} ", StringComparison.Ordinal)
                    || (claims is not null && !key.EndsWith($"|{claims}", StringComparison.Ordinal)))
                {
                    wrong.Add($"{tenant} {scope} {claims}: {key}");
                }
            }
            catch (AuthenticationFailedException e) when (e.Response?.Error != "invalid_grant")
            {
                // A fault of the server, which the next call may not meet.
            }
            catch (OperationCanceledException) when (leaves)
            {
            }
            catch (Exception e)
            {
                unexpected.Add(e);
            }
        }
    }

    [Test]
    public async Task A_stampede_on_many_credentials_redeems_each_code_once()
    {
        const int Credentials = 200;
        const int Callers = 256;
        using var server = new StrictServer(static () => StrictServer.Fault.None);
        AuthorizationCodeCredential[] credentials = [.. Enumerable.Range(0, Credentials).Select(_ => Credential(server, server.NewCode()))];

        // A caller after the other on the synchronous way, or the threads would be the test.
        IEnumerable<Task<AccessToken>> calls = IsAsync
            ? Enumerable.Range(0, Callers).SelectMany(_ => credentials.Select(credential => Task.Run(() => GetToken(credential))))
            : credentials.Select(credential => Task.Run(() => Enumerable.Range(0, Callers).Select(_ => credential.GetToken(Some.Request(), default)).Last()));
        AccessToken[] tokens = await Task.WhenAll(calls.ToArray());

        Assert.Multiple(() =>
        {
            Assert.That(server.Redemptions, Is.EqualTo(Credentials));
            Assert.That(server.Refreshes, Is.Zero);
            Assert.That(tokens.Select(static token => token.Token).Distinct().Count(), Is.EqualTo(Credentials));
        });
    }

    [Test]
    public async Task After_a_terminal_error_a_thousand_calls_send_nothing()
    {
        using var server = new StrictServer(static () => StrictServer.Fault.None);
        await using AuthorizationCodeCredential credential = Credential(server, "a-code-that-the-server-never-gave");

        for (int i = 0; i < 1000; i++)
        {
            Assert.That(async () => await credential.GetTokenAsync(Some.Request($"api://app{i}/read"), default), Throws.TypeOf<AuthenticationFailedException>());
        }

        Assert.That(server.Redemptions, Is.EqualTo(1));
    }

    private async Task<AccessToken> UntilItSucceeds(AuthorizationCodeCredential credential, TokenRequestContext request)
    {
        while (true)
        {
            try
            {
                return await GetToken(credential, request);
            }
            catch (AuthenticationFailedException e) when (e.Response?.Error != "invalid_grant")
            {
                // Another fault by the dice.
            }
        }
    }

    private static AuthorizationCodeCredential Credential(StrictServer server, string code)
    {
        AuthorizationCodeCredentialOptions options = Some.Options(server);
        options.AdditionallyAllowedTenants.Add("*");
        return new AuthorizationCodeCredential(The.Tenant, The.Client, code, The.Redirect, options);
    }

    private static Func<StrictServer.Fault> Faults(int oneIn)
    {
        var dice = new Dice(Seed);
        return () => dice.Roll(oneIn) == 0 ? (StrictServer.Fault)(1 + dice.Roll(3)) : StrictServer.Fault.None;
    }
}
