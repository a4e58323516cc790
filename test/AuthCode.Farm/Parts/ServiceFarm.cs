using System.Web;
using AuthCode.Farm.Instances;
using AuthCode.Testing;

namespace AuthCode.Farm.Parts;

/// <summary>Several instances of a service, with one Redis and one authorization server.</summary>
internal sealed class ServiceFarm : IAsyncDisposable
{
    internal const string UserName = "A user of the farm";
    internal const string Scope = "https://storage.azure.com/.default";

    private readonly DirectoryInfo _keyRing = Directory.CreateTempSubdirectory("farm-keys");
    private readonly ShiftedClock _clock = new();
    private readonly StoreKind _store;
    private readonly RefreshTokenUse _use;
    private readonly RespProxy? _proxy;
    private readonly TimeSpan _storeTimeout;

    private ServiceFarm(StoreKind store, RefreshTokenUse use, TimeSpan grace, bool hasProxy, TimeSpan storeTimeout)
    {
        _store = store;
        _storeTimeout = storeTimeout;
        _use = use;
        Aad = FakeAad.Start(options =>
        {
            options.TimeProvider = _clock;
            options.AcceptAssertion = static _ => true;
            options.ClientSecret = null;
            options.RevokeOnReplay = use == RefreshTokenUse.SingleUse;
            options.RefreshTokenReuseGrace = grace;
        });
        _proxy = hasProxy ? new RespProxy(Redis.Port) : null;
    }

    internal FakeAad Aad { get; }

    internal RedisServer Redis { get; } = RedisServer.Start();

    /// <summary>What is between the instances and Redis.</summary>
    internal RespProxy Proxy => _proxy!;

    internal DirectoryInfo KeyRing => _keyRing;

    internal List<InstanceProcess> Instances { get; } = [];

    /// <summary>How many refreshes the server has been asked for.</summary>
    internal int Refreshes => Aad.TokenRequests.Count(static request => request.Form.GetValueOrDefault("grant_type") == "refresh_token");

    /// <summary>Starts a farm.</summary>
    /// <param name="store">Where it keeps its sessions.</param>
    /// <param name="instances">How many instances it has.</param>
    /// <param name="use">Whether the server accepts a refresh token once only, and otherwise revokes the sign-in.</param>
    /// <param name="grace">For how long the server accepts a used refresh token nevertheless.</param>
    /// <param name="storeTimeoutSeconds">How long Redis may take. By default so long that a machine that is busy with other tests does not make it look down.</param>
    /// <param name="hasProxy">Whether a proxy that can fail is between the instances and Redis.</param>
    internal static async Task<ServiceFarm> StartAsync(
        StoreKind store, int instances, RefreshTokenUse use = RefreshTokenUse.SingleUse, TimeSpan grace = default, bool hasProxy = false, int storeTimeoutSeconds = 60)
    {
        var farm = new ServiceFarm(store, use, grace, hasProxy, TimeSpan.FromSeconds(storeTimeoutSeconds));
        // The first one creates the keys.
        await farm.AddInstanceAsync();
        await Task.WhenAll(Enumerable.Range(1, instances - 1).Select(_ => farm.AddInstanceAsync()));
        return farm;
    }

    internal async Task<InstanceProcess> AddInstanceAsync(string? clientId = null)
    {
        InstanceProcess instance = await InstanceProcess.StartAsync(new InstanceSettings(
            Aad.AuthorityHost.AbsoluteUri, Aad.TenantId, clientId ?? Aad.ClientId, _proxy?.Address ?? Redis.Address, _keyRing.FullName, _store, _use, _storeTimeout, _clock.Ahead));
        lock (Instances)
        {
            Instances.Add(instance);
        }

        return instance;
    }

    /// <summary>Signs users in, each at one of the instances.</summary>
    internal async Task<IReadOnlyList<Session>> SignInAsync(int users)
    {
        InstanceProcess[] instances = [.. Instances];
        Session[][] sessions = await Task.WhenAll(instances.Select((instance, i) => SignInAsync(instance, (users + i) / instances.Length)));
        return [.. sessions.SelectMany(static some => some)];
    }

    internal async Task<Session[]> SignInAsync(InstanceProcess instance, int users)
    {
        Reply begun = await instance.AskAsync(new Command("begin") { Count = users, Scope = Scope });
        Callback[] callbacks = [.. begun.Pages.Select(page => new Callback(page.Transaction, CallbackOf(page.Uri)))];
        return [.. (await instance.AskAsync(new Command("complete") { Callbacks = callbacks })).Sessions];
    }

    /// <summary>Asks for tokens at all instances at once.</summary>
    /// <param name="sessions">The sessions.</param>
    /// <param name="calls">How many calls there are for each session at each instance.</param>
    internal async Task<Tally> AcquireAsync(IReadOnlyList<Session> sessions, int calls) =>
        Sum(await Task.WhenAll(Instances.Where(static instance => !instance.HasExited).Select(instance => AcquireAsync(instance, sessions, calls))));

    internal static async Task<Tally> AcquireAsync(InstanceProcess instance, IReadOnlyList<Session> sessions, int calls = 1) =>
        (await instance.AskAsync(new Command("acquire") { Sessions = sessions, Count = calls, Scope = Scope })).Tally!;

    /// <summary>Moves the clocks of all ahead, by more than the life of an access token.</summary>
    internal async Task ExpireTokensAsync()
    {
        TimeSpan step = TimeSpan.FromHours(2);
        _clock.Ahead += step;
        await Task.WhenAll(Instances.Where(static instance => !instance.HasExited).Select(instance => instance.AskAsync(new Command("advance") { Seconds = step.TotalSeconds })));
        Aad.ClearRequests();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (InstanceProcess instance in Instances)
        {
            await instance.DisposeAsync();
        }

        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        Redis.Dispose();
        Aad.Dispose();
        _keyRing.Delete(recursive: true);
    }

    internal static Tally Sum(IReadOnlyCollection<Tally> tallies) => new(
        tallies.Sum(static tally => tally.Tokens), tallies.Sum(static tally => tally.Foreign), tallies.Sum(static tally => tally.Missing),
        tallies.SelectMany(static tally => tally.Failures).GroupBy(static failure => failure.Key).ToDictionary(static kind => kind.Key, static kind => kind.Sum(static failure => failure.Value)));

    // What the browser of a new user would bring back.
    private Uri CallbackOf(Uri page)
    {
        System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(page.Query);
        string redirectUri = query["redirect_uri"]!;
        var user = new FakeAadUser(NewId(), Aad.TenantId, UserName, "user@farm.example");
        string code = Aad.IssueCode(new FakeAadCodeRequest
        {
            User = user,
            Scopes = query["scope"]!.Split(' '),
            RedirectUri = redirectUri,
            CodeChallenge = query["code_challenge"],
            Nonce = query["nonce"],
        });
        return new Uri($"{redirectUri}?code={Uri.EscapeDataString(code)}&state={Uri.EscapeDataString(query["state"]!)}");
    }

    private static string NewId() => new Guid(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)).ToString();
}
