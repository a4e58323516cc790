using System.Collections.Concurrent;

namespace AuthCode;

/// <summary>Texts that many sessions have in common, such as scopes, issuers and tenants: each is in memory once.</summary>
/// <remarks>Bounded: texts that come when the pool is full are not pooled, and whoever has them keeps their own.</remarks>
internal sealed class TextPool
{
    private const int MostTexts = 4096;
    private const int LongestText = 512;

    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, string[]> _lists = new(StringComparer.Ordinal);

    // The count of a concurrent dictionary takes all of its locks.
    private int _count;

    /// <summary>The text as others have it.</summary>
    internal string Share(string text) => Share(_texts, text, text);

    /// <summary>The texts as others have them, in the same order. The array must not be changed.</summary>
    internal string[] Share(string[] texts)
    {
        if (texts.Length == 0)
        {
            return [];
        }

        // Two lists whose texts contain the separator can have the same key.
        string[] shared = Share(_lists, string.Join('\n', texts), texts);
        return shared.AsSpan().SequenceEqual(texts) ? shared : texts;
    }

    private T Share<T>(ConcurrentDictionary<string, T> pool, string key, T value)
    {
        if (pool.TryGetValue(key, out T? shared))
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
}
