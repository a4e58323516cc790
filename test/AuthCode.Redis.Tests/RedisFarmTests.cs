using System.Text;
using AuthCode.Extensions.Tests;
using AuthCode.Testing;
using Azure.Core;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace AuthCode.Redis.Tests;

/// <summary>Hosts that share their sessions in Redis, each over a connection of its own, with the default settings.</summary>
internal sealed class RedisFarmTests
{
    private static readonly string[] AtConnect = ["config|", "cluster|", "sentinel"];

    private readonly EphemeralDataProtectionProvider _protection = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private RedisServer _server = null!;
    private FakeAad _aad = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await RedisServer.StartAsync();
        _aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _aad.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_session_that_began_at_one_host_goes_on_at_another_and_its_end_is_told_at_once()
    {
        using IHost one = await HostAsync(), other = await HostAsync();
        SignedInUser user = await Hosts.SignInAsync(one);

        UserSession session = (await SessionsOf(other).FindAsync(user.SessionKey))!;
        AccessToken token = await session.Credential.GetTokenAsync(new TokenRequestContext([The.Storage]), CancellationToken.None);
        await SessionsOf(one).EndAsync(user.SessionKey);

        Assert.That((token.Token.Length > 0, session.AccountKey), Is.EqualTo((true, user.AccountKey)));
        Assert.That(() => SessionsOf(other).FindAsync(user.SessionKey).AsTask().GetAwaiter().GetResult(), Is.Null.After(10_000, 20));
    }

    [Test]
    public async Task The_end_of_all_sessions_of_an_account_is_told_at_once()
    {
        using IHost one = await HostAsync(), other = await HostAsync(), third = await HostAsync();
        SignedInUser user = await Hosts.SignInAsync(one);
        await SessionsOf(other).FindAsync(user.SessionKey);

        // It does not have the session in memory: only the entry of the account changes.
        await SessionsOf(third).EndAllAsync(user.AccountKey);

        Assert.That(() => SessionsOf(other).FindAsync(user.SessionKey).AsTask().GetAwaiter().GetResult(), Is.Null.After(10_000, 20));
    }

    [Test]
    public async Task Without_notices_an_end_is_noticed_after_RevalidateAfter()
    {
        // The other host may read and write, but hears no notice.
        await _server.ExecuteAsync("ACL", "SETUSER", "deaf", "on", ">pass", "~*", "+@all", "resetchannels");
        using IHost one = await HostAsync(), deaf = await HostAsync(static options => (options.User, options.Password) = ("deaf", "pass"));
        SignedInUser user = await Hosts.SignInAsync(one);
        await SessionsOf(deaf).FindAsync(user.SessionKey);
        await SessionsOf(one).EndAsync(user.SessionKey);

        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        UserSession? before = await SessionsOf(deaf).FindAsync(user.SessionKey);
        _time.Advance(TimeSpan.FromTicks(1));
        UserSession? after = await SessionsOf(deaf).FindAsync(user.SessionKey);

        Assert.That((before is not null, after is not null), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_session_goes_on_after_a_restart_of_the_host()
    {
        SignedInUser user;
        using (IHost one = await HostAsync())
        {
            user = await Hosts.SignInAsync(one);
            await one.StopAsync();
        }

        using IHost restarted = await HostAsync();
        UserSession? session = await SessionsOf(restarted).FindAsync(user.SessionKey);

        Assert.That(session?.AccountKey, Is.EqualTo(user.AccountKey));
    }

    [Test]
    public async Task A_refresh_is_written_and_its_lease_is_released()
    {
        using IHost one = await HostAsync();
        SignedInUser user = await Hosts.SignInAsync(one);

        await user.Credential.GetTokenAsync(new TokenRequestContext([The.Storage]), CancellationToken.None);

        Assert.That(_aad.TokenRequests, Has.Count.EqualTo(2));
        Assert.That(() => _server.Keys().Where(static key => key.ToString().Contains("lease", StringComparison.Ordinal)), Is.Empty.After(5000, 20));
    }

    [Test]
    public async Task A_session_in_memory_goes_on_while_the_server_is_down_and_is_stored_afterwards()
    {
        using IHost one = await HostAsync(RedisServer.Impatient), other = await HostAsync(RedisServer.Impatient);
        SignedInUser user = await Hosts.SignInAsync(one);
        _server.Stop();

        AccessToken token = await user.Credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None);
        AuthenticationFailedException? unknown = Assert.CatchAsync<AuthenticationFailedException>(async () => await SessionsOf(other).FindAsync(user.SessionKey));
        await _server.RestartAsync();

        Assert.That((token.Token.Length > 0, unknown?.IsSignInRequired), Is.EqualTo((true, false)));
        Assert.That(
            () =>
            {
                _time.Advance(TimeSpan.FromMinutes(5));
                return SessionsOf(one).FindAsync(user.SessionKey).AsTask().GetAwaiter().GetResult() is not null && _server.Keys().Length > 0;
            },
            Is.True.After(20_000, 100));
    }

    [Test]
    public async Task The_rights_that_the_documentation_names_are_enough()
    {
        // The second line is what the client needs to connect.
        await _server.ExecuteAsync("ACL", [
            "SETUSER", "service", "on", ">pass", "resetkeys", "~authcode:*", "resetchannels", "&authcode:changes", "-@all", "+ping", "+echo", "+info", "+client", "+hello",
            .. "hmget hset hincrby exists get set del pexpire pexpireat eval evalsha script|load publish subscribe unsubscribe".Split(' ').Select(static command => $"+{command}")]);
        using IHost one = await HostAsync(AsService), other = await HostAsync(AsService);
        SignedInUser user = await Hosts.SignInAsync(one);
        UserSession session = (await SessionsOf(other).FindAsync(user.SessionKey))!;
        await session.Credential.GetTokenAsync(new TokenRequestContext([The.Storage]), CancellationToken.None);
        await SessionsOf(one).EndAsync(user.SessionKey);

        Assert.That(() => SessionsOf(other).FindAsync(user.SessionKey).AsTask().GetAwaiter().GetResult(), Is.Null.After(10_000, 20));
        Assert.That(await DeniedAsync("service"), Is.Empty);

        static void AsService(ConfigurationOptions options) => (options.User, options.Password) = ("service", "pass");
    }

    [Test]
    public async Task Keys_and_values_hold_no_token_and_no_user()
    {
        using IHost one = await HostAsync();
        SignedInUser user = await Hosts.SignInAsync(one);
        string dump = await DumpAsync();
        string[] tokens =
        [
            (await user.Credential.GetTokenAsync(new TokenRequestContext([The.Vault]), CancellationToken.None)).Token,
            (await user.Credential.GetTokenAsync(new TokenRequestContext([The.Storage]), CancellationToken.None)).Token,
            (await user.Credential.GetTokenAsync(new TokenRequestContext([The.Graph]), CancellationToken.None)).Token,
        ];
        dump += await DumpAsync();

        string[] refreshTokens = [.. _aad.TokenRequests.Select(static request => request.Form.GetValueOrDefault("refresh_token")).OfType<string>()];
        Assert.Multiple(() =>
        {
            Assert.That((dump.Contains("data", StringComparison.Ordinal), refreshTokens.Length, tokens.Distinct().Count()), Is.EqualTo((true, 2, 3)), "there is something to find");
            Assert.That(
                refreshTokens.Concat(tokens).Concat([user.SessionKey, user.AccountKey, _aad.Options.User.Name, _aad.ClientId]).Where(secret => dump.Contains(secret, StringComparison.OrdinalIgnoreCase)),
                Is.Empty);
        });
    }

    private static UserSessions SessionsOf(IHost host) => host.Services.GetRequiredService<UserSessions>();

    // What the client tries when it connects does not count.
    private async Task<string[]> DeniedAsync(string user) =>
        [.. ((RedisResult[])(await _server.ExecuteAsync("ACL", "LOG"))!)
            .Select(static entry => entry.ToDictionary())
            .Where(entry => entry["username"].ToString() == user)
            .Select(static entry => $"{entry["reason"]} {entry["context"]} {entry["object"]}")
            .Where(static denied => !denied.Contains("__Booksleeve", StringComparison.Ordinal) && !AtConnect.Any(command => denied.StartsWith($"command toplevel {command}", StringComparison.Ordinal)))];

    // Latin-1 keeps each byte, so that text in clear is found.
    private async Task<string> DumpAsync()
    {
        var dump = new StringBuilder();
        foreach (RedisKey key in _server.Keys())
        {
            dump.Append((string?)key);
            foreach (HashEntry entry in await _server.Database().HashGetAllAsync(key))
            {
                dump.Append(entry.Name).Append(Encoding.Latin1.GetString((byte[])entry.Value!));
            }
        }

        return dump.ToString();
    }

    private async Task<IHost> HostAsync(Action<ConfigurationOptions>? connection = null)
    {
        IHost host = Hosts.Create(
            Hosts.AzureAd(("Instance", _aad.AuthorityHost.AbsoluteUri), ("TenantId", _aad.TenantId), ("ClientId", _aad.ClientId), ("ClientSecret", _aad.ClientSecret)),
            static builder => builder.UseRedis(),
            services =>
            {
                services.AddSingleton<IConnectionMultiplexer>(_ => _server.Connect(connection));
                services.AddSingleton<IDataProtectionProvider>(_protection);
                services.AddSingleton<TimeProvider>(_time);
            });
        await host.StartAsync();
        return host;
    }
}
