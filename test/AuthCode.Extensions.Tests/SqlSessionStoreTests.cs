using System.Data.Common;
using AuthCode.Samples;
using AuthCode.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Extensions.Tests;

/// <summary>The store of the SQL sample, on SQLite.</summary>
internal sealed class SqlSessionStoreTests : IDisposable
{
    private static readonly DateTimeOffset Later = The.Now.AddDays(1);

    private readonly string _file = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new(The.Now);
    private readonly DbDataSource _database;
    private readonly SqlSessionStore _store;

    public SqlSessionStoreTests()
    {
        _database = SqliteFactory.Instance.CreateDataSource($"Data Source={_file};Pooling=False");
        using DbCommand command = _database.CreateCommand(SqlSessionStore.CreateTable);
        command.ExecuteNonQuery();
        _store = new SqlSessionStore(_database, _time);
    }

    public void Dispose()
    {
        _database.Dispose();
        File.Delete(_file);
    }

    [Test]
    public async Task What_was_written_is_read()
    {
        await _store.TryWriteAsync("k", Session(1), 0);

        StoredSession stored = (await _store.ReadAsync("k"))!.Value;

        Assert.That((stored.Data.ToArray(), stored.Version, stored.ExpiresOn, stored.IsEnded), Is.EqualTo((new byte[] { 1, 2, 3 }, 1L, Later, false)));
        Assert.That(await _store.ReadAsync("other"), Is.Null);
    }

    [TestCase(0, false)]
    [TestCase(1, false)]
    [TestCase(2, true)]
    [TestCase(3, false)]
    public async Task A_write_succeeds_over_the_version_that_it_names(long expected, bool isWritten)
    {
        await _store.TryWriteAsync("k", Session(1), 0);
        await _store.TryWriteAsync("k", Session(2), 1);

        Assert.That(await _store.TryWriteAsync("k", Session(9), expected), Is.EqualTo(isWritten));
    }

    [Test]
    public async Task Nothing_is_written_over_what_is_absent() => Assert.That(await _store.TryWriteAsync("k", Session(2), 1), Is.False);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task What_has_ended_is_never_written_over(long expected)
    {
        await _store.TryWriteAsync("k", Session(1), 0);
        await _store.EndAsync("k", Later);

        bool isWritten = await _store.TryWriteAsync("k", Session(9), expected);

        Assert.That((isWritten, (await _store.ReadAsync("k"))!.Value.IsEnded), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task What_is_not_there_can_be_ended()
    {
        await _store.EndAsync("k", Later);

        Assert.That(((await _store.ReadAsync("k"))!.Value.IsEnded, await _store.TryWriteAsync("k", Session(1), 0)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task What_has_expired_is_replaced_and_can_be_deleted()
    {
        await _store.TryWriteAsync("replaced", Session(5), 0);
        await _store.TryWriteAsync("deleted", Session(5), 0);
        _time.SetUtcNow(Later);

        bool isReplaced = await _store.TryWriteAsync("replaced", Session(1) with { ExpiresOn = Later.AddDays(1) }, 0);

        Assert.That(
            (isReplaced, await _store.DeleteExpiredAsync(), (await _store.ReadAsync("replaced"))!.Value.Version, await _store.ReadAsync("deleted")),
            Is.EqualTo((true, 1, 1L, (StoredSession?)null)));
    }

    [Test]
    public async Task One_of_many_writers_wins_each_version()
    {
        for (int version = 0; version < 5; version++)
        {
            bool[] written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await _store.TryWriteAsync("k", Session(version + 1), version))));

            Assert.That(written.Count(static isWritten => isWritten), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_session_goes_on_at_another_host_and_is_ended_on_both()
    {
        using FakeAad aad = FakeAad.Start(static options => options.RedirectUris = [Hosts.RedirectUri]);
        var protection = new EphemeralDataProtectionProvider();
        using IHost one = HostFor(aad, protection), other = HostFor(aad, protection);
        SignedInUser user = await Hosts.SignInAsync(one);

        UserSession? session = await other.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey);
        await session!.Credential.GetTokenAsync(new(["https://storage.azure.com/.default"]), CancellationToken.None);
        await other.Services.GetRequiredService<UserSessions>().EndAsync(user.SessionKey);

        Assert.That((session.AccountKey, await one.Services.GetRequiredService<UserSessions>().FindAsync(user.SessionKey)), Is.EqualTo((user.AccountKey, (UserSession?)null)));
    }

    private static StoredSession Session(long version) => new(new byte[] { 1, 2, 3 }, version, Later);

    private IHost HostFor(FakeAad aad, IDataProtectionProvider protection) => Hosts.Create(
        Hosts.AzureAd(
            ("Instance", aad.AuthorityHost.AbsoluteUri), ("TenantId", aad.TenantId), ("ClientId", aad.ClientId), ("ClientSecret", aad.ClientSecret), ("Sessions:RevalidateAfter", "00:00:00")),
        static builder => builder.UseSessionStore<SqlSessionStore>(),
        services =>
        {
            services.AddSingleton(new SqlSessionStore(_database, TimeProvider.System));
            services.AddSingleton(protection);
        });
}
