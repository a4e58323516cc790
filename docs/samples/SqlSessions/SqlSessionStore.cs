using System.Data.Common;

namespace AuthCode.Samples;

/// <summary>Keeps sessions in a table of SQLite or PostgreSQL; other databases need other words for the two upserts.</summary>
/// <param name="database">The database.</param>
/// <param name="time">The clock.</param>
public sealed class SqlSessionStore(DbDataSource database, TimeProvider time) : ISessionStore
{
    /// <summary>Creates the table. PostgreSQL calls a BLOB a BYTEA.</summary>
    public const string CreateTable = """
        CREATE TABLE IF NOT EXISTS sessions (id VARCHAR(64) PRIMARY KEY, version BIGINT NOT NULL, data BLOB NOT NULL, expires_on BIGINT NOT NULL);
        CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_on);
        """;

    // What has expired counts as absent, so that a new entry replaces it.
    private const string Insert = """
        INSERT INTO sessions (id, version, data, expires_on) VALUES (@id, @version, @data, @expires_on)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data, expires_on = excluded.expires_on WHERE sessions.expires_on <= @now
        """;

    private const string Update = "UPDATE sessions SET version = @version, data = @data, expires_on = @expires_on WHERE id = @id AND version = @expected AND length(data) > 0";

    private const string End = """
        INSERT INTO sessions (id, version, data, expires_on) VALUES (@id, 1, @data, @expires_on)
        ON CONFLICT (id) DO UPDATE SET version = sessions.version + 1, data = excluded.data, expires_on = excluded.expires_on
        """;

    public async ValueTask<StoredSession?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        await using DbCommand command = Command("SELECT data, version, expires_on FROM sessions WHERE id = @id", ("@id", key));
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new StoredSession(await row.GetFieldValueAsync<byte[]>(0, cancellationToken), row.GetInt64(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)))
            : null;
    }

    public async ValueTask<bool> TryWriteAsync(string key, StoredSession session, long expectedVersion, CancellationToken cancellationToken = default)
    {
        await using DbCommand command = Command(
            expectedVersion == 0 ? Insert : Update, ("@id", key), ("@version", session.Version), ("@data", session.Data.ToArray()),
            ("@expires_on", session.ExpiresOn.ToUnixTimeMilliseconds()), ("@expected", expectedVersion), ("@now", Now));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async ValueTask EndAsync(string key, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        await using DbCommand command = Command(End, ("@id", key), ("@data", Array.Empty<byte>()), ("@expires_on", until.ToUnixTimeMilliseconds()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Deletes what has expired, at most a thousand rows at a time. Call it now and then, from one instance or from all.</summary>
    public async Task<int> DeleteExpiredAsync(CancellationToken cancellationToken = default)
    {
        await using DbCommand command = Command("DELETE FROM sessions WHERE expires_on <= @now AND id IN (SELECT id FROM sessions WHERE expires_on <= @now LIMIT 1000)", ("@now", Now));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private DbCommand Command(string text, params (string Name, object Value)[] parameters)
    {
        DbCommand command = database.CreateCommand(text);

        // No longer than AuthCode waits for a store: SQLite blocks its caller while the database is locked.
        command.CommandTimeout = 2;
        foreach ((string name, object value) in parameters)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
