using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Texts that many sessions have in common, such as scopes, issuers and tenants: each is in memory once.</summary>
/// <remarks>Bounded: texts that come when the pool is full are not pooled, and whoever has them keeps their own.</remarks>
internal sealed class TextPool
{
    private const int MostTexts = 4096;
    private const int LongestText = 512;

    // Made for the first text: a credential that has no other of its client needs no pool.
    private ConcurrentDictionary<string, object>? _pool;

    // The count of a concurrent dictionary takes all of its locks.
    private int _count;

    /// <summary>The text as others have it.</summary>
    internal string Share(string text) => (string)Share('t' + text, text);

    /// <summary>The texts as others have them, in the same order. The array must not be changed.</summary>
    internal string[] Share(string[] texts)
    {
        if (texts.Length == 0)
        {
            return [];
        }

        // Two lists whose texts contain the separator can have the same key.
        var shared = (string[])Share('l' + string.Join('\n', texts), texts);
        return shared.AsSpan().SequenceEqual(texts) ? shared : texts;
    }

    private object Share(string key, object value)
    {
        ConcurrentDictionary<string, object> pool = _pool ?? MakePool();
        if (pool.TryGetValue(key, out object? shared))
        {
            return shared;
        }

        if (key.Length > LongestText || Volatile.Read(ref _count) >= MostTexts)
        {
            return value;
        }

        Interlocked.Increment(ref _count);
        return pool.GetOrAdd(key, value);
    }

    private ConcurrentDictionary<string, object> MakePool()
    {
        var pool = new ConcurrentDictionary<string, object>(StringComparer.Ordinal);
        return Interlocked.CompareExchange(ref _pool, pool, null) ?? pool;
    }
}
