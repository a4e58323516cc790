using StackExchange.Redis;

namespace AuthCode;

/// <summary>Keeps sessions in Redis, each in a hash that expires, and notifies other instances of changes.</summary>
/// <remarks>
/// Implementation note: the conditions are evaluated by scripts, since commands that compare and set exist in the newest servers only. A
/// script accesses one key, so that it runs on a cluster. Notices are published by the client rather than by the scripts: a user without
/// the right to publish can then still write.
/// </remarks>
/// <param name="connection">The connection.</param>
/// <param name="keyPrefix">What keys begin with.</param>
internal sealed class RedisSessionStore(RedisConnection connection, string keyPrefix) : ISessionStore, ISessionStoreChanges
{
    // No data is the mark of a session that has ended.
    private const string Write = """
        local stored = redis.call('HMGET', KEYS[1], 'version', 'data')
        if stored[1] then
            if stored[1] ~= ARGV[1] or stored[2] == '' then return 0 end
        elseif ARGV[1] ~= '0' then
            return 0
        end
        redis.call('HSET', KEYS[1], 'version', ARGV[2], 'data', ARGV[3], 'expires', ARGV[4])
        redis.call('PEXPIREAT', KEYS[1], ARGV[4])
        return 1
        """;

    private const string End = """
        redis.call('HINCRBY', KEYS[1], 'version', 1)
        redis.call('HSET', KEYS[1], 'data', '', 'expires', ARGV[1])
        redis.call('PEXPIREAT', KEYS[1], ARGV[1])
        return 1
        """;

    private static readonly RedisValue[] Fields = ["version", "data", "expires"];

    private readonly RedisChannel _changes = RedisChannel.Literal(keyPrefix + "changes");

    // A replica can be behind, and an old version would be sent or written over.
    private const CommandFlags Flags = CommandFlags.DemandMaster;

    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        IDatabase database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        return Parse(await database.HashGetAsync(keyPrefix + key, Fields, Flags).OrCanceledAsync(cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        RedisValue[] arguments = [expectedVersion, session.Version, session.Data, session.ExpiresOn.ToUnixTimeMilliseconds()];
        IDatabase database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        bool isWritten = (bool)await database.ScriptEvaluateAsync(Write, [keyPrefix + key], arguments, Flags).OrCanceledAsync(cancellationToken).ConfigureAwait(false);
        if (isWritten)
        {
            Notify(database, key);
        }

        return isWritten;
    }

    public async ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        IDatabase database = await connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
        await database.ScriptEvaluateAsync(End, [keyPrefix + key], [until.ToUnixTimeMilliseconds()], Flags).OrCanceledAsync(cancellationToken).ConfigureAwait(false);
        Notify(database, key);
    }

    public IDisposable Subscribe(Action<string> onChanged) => connection.Subscribe(_changes, message =>
    {
        if (message.HasValue)
        {
            onChanged(message.ToString());
        }
    });

    private void Notify(IDatabase database, string key)
    {
        try
        {
            database.Publish(_changes, key, CommandFlags.FireAndForget);
        }
        catch (Exception e) when (e is RedisException or RedisCommandException)
        {
            // A notice is a hint, and what it is about is stored.
        }
    }

    private static StoredSession? Parse(RedisValue[] fields) =>
        fields[0].TryParse(out long version) && version > 0
        && !fields[1].IsNull
        && fields[2].TryParse(out long expires) && expires >= 0 && expires <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new StoredSession((byte[])fields[1]!, version, DateTimeOffset.FromUnixTimeMilliseconds(expires))
            : null;
}
