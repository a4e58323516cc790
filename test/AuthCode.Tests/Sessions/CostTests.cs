using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Sessions;

/// <summary>What a call may cost in bytes and requests. Times are the benchmarks' business.</summary>
[NonParallelizable] // A listener of another test allocates on the thread of a hit.
internal sealed class CostTests(bool isAsync) : BothWays(isAsync)
{
    private const int Calls = 1000;

    private static IEnumerable<TestCaseData> Requests()
    {
        yield return Row("one scope", Some.Request(The.Vault));
        yield return Row("several scopes", new TokenRequestContext(["https://api.example/read", "openid", "https://api.example/write"]));
        yield return Row("claims", Some.Request(The.Vault, claims: """{"access_token":{"acrs":{"value":"c1"}}}"""));
        yield return Row("CAE", Some.Request(The.Vault, cae: true));
        yield return Row("another tenant", Some.Request(The.Vault, tenant: The.OtherTenant));
        yield return Row("the configured tenant by its name", Some.Request(The.Vault, tenant: The.Tenant.ToUpperInvariant()));

        static TestCaseData Row(string name, TokenRequestContext request) => new TestCaseData(request).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Requests))]
    public async Task A_cached_token_costs_no_byte_and_completes_at_once(TokenRequestContext request)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.AdditionallyAllowedTenants.Add("*"));
        await GetToken(credential, request);

        Assert.That(BytesOfHits(credential, request), Is.Zero);
        endpoint.Verify();
    }

    [Test]
    public async Task Of_a_thousand_tenants_it_costs_none_either()
    {
        TokenRequestContext[] requests = [.. Enumerable.Range(0, 1000).Select(static i => Some.Request(The.Vault, tenant: $"tenant{i}.example"))];
        var endpoint = new ScriptedEndpoint([.. requests.Select(static _ => Answer.Token())]);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.AdditionallyAllowedTenants.Add("*"));
        foreach (TokenRequestContext request in requests)
        {
            await GetToken(credential, request);
        }

        Assert.That(requests.Sum(request => BytesOfHits(credential, request)), Is.Zero);
        endpoint.Verify();
    }

    [Test]
    public async Task Ten_thousand_callers_on_an_expired_token_take_one_request()
    {
        var time = new FakeTimeProvider(The.Now);
        Answer held = Answer.Token("new").Held();
        var endpoint = new ScriptedEndpoint(Answer.Token("old"), held);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, time);
        await GetToken(credential);
        time.Advance(The.Hour);

        // Each synchronous caller holds a thread: as many as a process would have.
        int callers = IsAsync ? 10_000 : 64;
        Task<AccessToken>[] calls = [.. Enumerable.Range(0, callers).Select(_ => GetToken(credential))];
        held.Release();
        AccessToken[] tokens = await Task.WhenAll(calls);

        endpoint.Verify();
        Assert.That(tokens.Select(static token => token.Token), Is.All.EqualTo("new"));
    }

    private long BytesOfHits(AuthorizationCodeCredential credential, TokenRequestContext request)
    {
        bool all = true;
        for (int i = 0; i < 10; i++)
        {
            all &= Hit(credential, request);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Calls; i++)
        {
            all &= Hit(credential, request);
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return all ? bytes : long.MaxValue;
    }

    private bool Hit(AuthorizationCodeCredential credential, in TokenRequestContext request) => IsAsync
        ? IsThere(credential.GetTokenAsync(request, CancellationToken.None))
        : credential.GetToken(request, CancellationToken.None).Token.Length > 0;

    private static bool IsThere(ValueTask<AccessToken> token) => token.IsCompletedSuccessfully && token.Result.Token.Length > 0;
}
