using AuthCode.Farm.Parts;
using AuthCode.Testing;

namespace AuthCode.EndToEnd;

/// <summary>Two processes of docs/samples/WebApp behind a proxy. They share the sessions, in Redis, and the keys of Data Protection.</summary>
internal sealed class WebAppFarm : IAsyncDisposable
{
    private static readonly string[] Names = ["one", "two"];

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("webapp-farm");
    private readonly RedisServer _redis;
    private readonly Dictionary<string, SampleProcess> _instances = [];
    private VaultServer _vault = null!;
    private RoundRobinProxy _proxy = null!;

    private WebAppFarm(RedisServer redis) => _redis = redis;

    internal FakeAad Aad { get; } = FakeAad.Start(static options =>
    {
        options.ShowSignInPage = true;
        options.ServerSessionId = WebAppSettings.ServerSession;
    });

    /// <summary>The address of the proxy.</summary>
    internal string Address => _proxy.Address.AbsoluteUri;

    internal static async Task<WebAppFarm> StartAsync()
    {
        var farm = new WebAppFarm(RedisServer.Start());
        try
        {
            farm._vault = await VaultServer.StartAsync();
            await Task.WhenAll(Names.Select(name => farm.StartAsync(name)));
            farm._proxy = await RoundRobinProxy.StartAsync(farm._instances.ToDictionary(static instance => instance.Key, static instance => instance.Value.Address), farm.OperateAsync);
            farm.Aad.Options.RedirectUris = [new Uri(farm._proxy.Address, "signin-oidc")];
            return farm;
        }
        catch
        {
            await farm.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        foreach (SampleProcess instance in _instances.Values)
        {
            await instance.DisposeAsync();
        }

        if (_vault is not null)
        {
            await _vault.DisposeAsync();
        }

        Aad.Dispose();
        _redis.Dispose();
        _home.Delete(recursive: true);
    }

    private async Task StartAsync(string name, string address = "http://127.0.0.1:0")
    {
        SampleProcess instance = await SampleProcess.StartAsync("WebApp", Path.Combine(_home.FullName, name), [
            "--urls", address, .. WebAppSettings.Of(Aad, _vault.Address),
            "--ConnectionStrings:Redis", _redis.Address,
            "--KeyRing", Path.Combine(_home.FullName, "keys"),
            "--ForwardedHeaders_Enabled", "true",
        ]);
        lock (_instances)
        {
            _instances[name] = instance;
        }
    }

    // In the midst of a scene. A process is killed as if it had crashed, and comes back at the same address.
    private async Task OperateAsync(string action)
    {
        SampleProcess instance = _instances[Names[0]];
        if (action == "kill")
        {
            await instance.StopAsync();
        }
        else
        {
            await instance.DisposeAsync();
            await StartAsync(Names[0], instance.Address.GetLeftPart(UriPartial.Authority));
        }
    }
}
