using AuthCode.Benchmarks.Subjects;
using Azure.Core;
using BenchmarkDotNet.Attributes;
using Microsoft.Identity.Client;

namespace AuthCode.Benchmarks.Micro;

/// <summary>A new user's code redeemed: a credential made, one request, both tokens kept.</summary>
public class Redemption : IDisposable
{
    private static readonly Uri Endpoint = Subjects.Floor.Endpoint(The.Authority, The.Tenant);
    private readonly HttpClient _http = new TokenServer().ToClient();
    private Floor _floor = null!;
    private AuthorizationCodeClient _client = null!;

    [GlobalSetup]
    public void Setup()
    {
        _floor = new Floor(_http);
        _client = Clients.AuthCodeClient(_http);
    }

    [Benchmark(Baseline = true)]
    public async Task<object> Floor() => await _floor.RedeemAsync(Endpoint, The.Code);

    [Benchmark]
    public async Task<AccessToken> AuthCode()
    {
        using AuthorizationCodeCredential credential = Clients.AuthCode(_http);
        return await credential.GetTokenAsync(Clients.Request);
    }

    [Benchmark]
    public async Task<AccessToken> AuthCodeShared()
    {
        using AuthorizationCodeCredential credential = _client.CreateCredential(The.Code, The.Redirect);
        return await credential.GetTokenAsync(Clients.Request);
    }

    [Benchmark]
    public async Task<AccessToken> AzureIdentity() => await Clients.AzureIdentity(_http).GetTokenAsync(Clients.Request);

    [Benchmark]
    public Task<AuthenticationResult> Msal() => Clients.Msal(_http).AcquireTokenByAuthorizationCode(The.Scopes, The.Code).ExecuteAsync();

    [GlobalCleanup]
    public void Dispose()
    {
        _http.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>An expired token renewed with the refresh token.</summary>
public class Refresh : IDisposable
{
    private static readonly Uri Endpoint = Subjects.Floor.Endpoint(The.Authority, The.Tenant);
    private static readonly string RefreshToken = new('R', TokenServer.TokenLength);

    // Tokens that have expired when they come: each call must refresh. AuthCode does not ask for another of them at once, so its clock goes on instead.
    private readonly HttpClient _http = new TokenServer(TimeSpan.Zero).ToClient();
    private readonly HttpClient _longLived = new TokenServer().ToClient();
    private readonly SteppingClock _clock = new();
    private Floor _floor = null!;
    private AuthorizationCodeCredential _authCode = null!;
    private Azure.Identity.AuthorizationCodeCredential _azureIdentity = null!;
    private IConfidentialClientApplication _msal = null!;
    private IAccount _account = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _floor = new Floor(_http);
        _authCode = Clients.AuthCode(_longLived, time: _clock);
        await _authCode.GetTokenAsync(Clients.Request);
        _azureIdentity = Clients.AzureIdentity(_http);
        await _azureIdentity.GetTokenAsync(Clients.Request);
        _msal = Clients.Msal(_longLived);
        _account = (await _msal.AcquireTokenByAuthorizationCode(The.Scopes, The.Code).ExecuteAsync()).Account;
    }

    [Benchmark(Baseline = true)]
    public async Task<object> Floor() => await _floor.RefreshAsync(Endpoint, RefreshToken);

    [Benchmark]
    public async Task<AccessToken> AuthCode()
    {
        _clock.Step(TimeSpan.FromHours(2));
        return await _authCode.GetTokenAsync(Clients.Request);
    }

    [Benchmark]
    public async Task<AccessToken> AzureIdentity() => await _azureIdentity.GetTokenAsync(Clients.Request);

    [Benchmark]
    public Task<AuthenticationResult> Msal() => _msal.AcquireTokenSilent(The.Scopes, _account).WithForceRefresh(true).ExecuteAsync();

    [GlobalCleanup]
    public void Dispose()
    {
        _authCode?.Dispose();
        _http.Dispose();
        _longLived.Dispose();
        GC.SuppressFinalize(this);
    }
}
