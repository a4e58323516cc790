using AuthCode.Benchmarks.Subjects;
using Azure.Core;
using BenchmarkDotNet.Attributes;
using Microsoft.Identity.Client;

namespace AuthCode.Benchmarks.Micro;

/// <summary>A token that is in the cache, of a user who has one, and of one who has a thousand.</summary>
public class CachedToken : IDisposable
{
    private readonly HttpClient _http = new TokenServer().ToClient();
    private readonly Floor _floor = new(new HttpClient());
    private string[] _keys = [];
    private TokenRequestContext[] _requests = [];
    private AuthorizationCodeCredential _authCode = null!;
    private Azure.Identity.AuthorizationCodeCredential _azureIdentity = null!;
    private IConfidentialClientApplication _msal = null!;
    private IAccount _account = null!;
    private int _next;

    [Params(1, 1000)]
    public int Tenants { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        string[] tenants = Tenants == 1 ? [The.Tenant] : The.Tenants;
        _requests = [.. tenants.Select(Clients.OfTenant)];
        _keys = [.. tenants.Select(static tenant => $"{tenant}|{The.Scope}")];
        foreach (string key in _keys)
        {
            _floor.Keep(key, new Floor.Tokens("a", "r", 3600));
        }

        _authCode = Clients.AuthCode(_http);
        _azureIdentity = Clients.AzureIdentity(_http);
        _msal = Clients.Msal(_http);
        _account = (await _msal.AcquireTokenByAuthorizationCode(The.Scopes, The.Code).ExecuteAsync()).Account;
        for (int i = 0; i < tenants.Length; i++)
        {
            await _authCode.GetTokenAsync(_requests[i]);
            await _azureIdentity.GetTokenAsync(_requests[i]);
            await _msal.AcquireTokenSilent(The.Scopes, _account).WithTenantId(tenants[i]).ExecuteAsync();
        }
    }

    [Benchmark(Baseline = true)]
    public object? Floor() => _floor.Find(_keys[Next()]);

    [Benchmark]
    public AccessToken AuthCode()
    {
        ValueTask<AccessToken> token = _authCode.GetTokenAsync(_requests[Next()]);
        return token.IsCompletedSuccessfully ? token.Result : throw new InvalidOperationException("A hit completes synchronously.");
    }

    [Benchmark]
    public AccessToken AuthCodeSync() => _authCode.GetToken(_requests[Next()]);

    [Benchmark]
    public async Task<AccessToken> AzureIdentity() => await _azureIdentity.GetTokenAsync(_requests[Next()]);

    [Benchmark]
    public Task<AuthenticationResult> Msal() =>
        _msal.AcquireTokenSilent(The.Scopes, _account).WithTenantId(_requests[Next()].TenantId).ExecuteAsync();

    [GlobalCleanup]
    public void Dispose()
    {
        _authCode?.Dispose();
        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Next()
    {
        int next = _next + 1 < _keys.Length ? _next + 1 : 0;
        return _next = next;
    }
}
