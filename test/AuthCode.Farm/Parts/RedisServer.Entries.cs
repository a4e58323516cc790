using StackExchange.Redis;

namespace AuthCode.Farm.Parts;

/// <content>What is stored in it.</content>
internal sealed partial class RedisServer
{
    internal IConnectionMultiplexer Connect() => ConnectionMultiplexer.Connect($"{Address},allowAdmin=true,connectRetry=20,connectTimeout=5000");

    /// <summary>All keys, with all that is stored under them, as one text of Latin-1 characters.</summary>
    internal string Dump()
    {
        using IConnectionMultiplexer connection = Connect();
        IDatabase database = connection.GetDatabase();
        return string.Concat(connection.GetServers()[0].Keys().Select(key => $"{key}\n{System.Text.Encoding.Latin1.GetString(database.KeyDump(key)!)}\n{Values(database, key)}\n"));
    }

    /// <summary>Puts each entry under the key of the next one.</summary>
    internal void SwapAll()
    {
        using IConnectionMultiplexer connection = Connect();
        IDatabase database = connection.GetDatabase();
        RedisKey[] keys = [.. connection.GetServers()[0].Keys()];
        byte[][] entries = [.. keys.Select(key => database.KeyDump(key)!)];
        for (int i = 0; i < keys.Length; i++)
        {
            database.KeyDelete(keys[i]);
            database.KeyRestore(keys[i], entries[(i + 1) % keys.Length], TimeSpan.FromHours(12));
        }
    }

    /// <summary>Cuts off the second half of what is encrypted in each entry.</summary>
    internal void TruncateAll()
    {
        using IConnectionMultiplexer connection = Connect();
        IDatabase database = connection.GetDatabase();
        foreach (RedisKey key in connection.GetServers()[0].Keys())
        {
            byte[] data = database.HashGet(key, "data")!;
            database.HashSet(key, "data", data[..(data.Length / 2)]);
        }
    }

    private static string Values(IDatabase database, RedisKey key) => database.KeyType(key) switch
    {
        RedisType.Hash => string.Concat(database.HashGetAll(key).Select(static field => $"{field.Name}={System.Text.Encoding.Latin1.GetString(field.Value!)}\n")),
        RedisType.String => System.Text.Encoding.Latin1.GetString(database.StringGet(key)!),
        _ => throw new InvalidOperationException($"{key} is neither a hash nor a string."),
    };
}
