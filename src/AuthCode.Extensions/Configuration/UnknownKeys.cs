using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Tells of keys that nothing reads: a warning and no failure, since a section can serve other programs as well.</summary>
internal static class UnknownKeys
{
    internal static void Tell(IConfigurationSection section, ClientRegistrationOptions registration, ILogger logger)
    {
        Tell(section, [.. KnownKeys.OfSection, .. registration.OwnKeys], logger);
        Tell(section.GetSection(KnownKeys.Sessions), KnownKeys.OfSessions, logger);
        foreach (IConfigurationSection list in KnownKeys.CredentialLists.Select(section.GetSection))
        {
            IConfigurationSection[] entries = list.GetSection("SourceType").Value is null ? [.. list.GetChildren()] : [list];

            // Sources of the service have keys of their own.
            foreach (IConfigurationSection entry in entries.Where(static entry => CredentialKind.Find(entry["SourceType"]) is not null))
            {
                Tell(entry, KnownKeys.OfCredential, logger);
            }
        }
    }

    private static void Tell(IConfigurationSection section, string[] known, ILogger logger)
    {
        foreach (IConfigurationSection child in section.GetChildren().Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            string hint = Nearest(child.Key, known) is { } near ? $" Is {section.Path}:{near} meant?"
                : KnownKeys.OfSessions.Contains(child.Key, StringComparer.OrdinalIgnoreCase) ? $" Is {section.Path}:{KnownKeys.Sessions}:{child.Key} meant?"
                : "";
            ExtensionsLog.KeyUnknown(logger, child.Path, hint);
        }
    }

    /// <summary>The known key that is nearest in spelling; <see langword="null"/> if none is near.</summary>
    internal static string? Nearest(string key, IEnumerable<string> known) => known
        .Select(candidate => (Key: candidate, Distance: Distance(key.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Key.Length / 4))
        .OrderBy(static candidate => candidate.Distance)
        .FirstOrDefault().Key;

    // Levenshtein's, with one row.
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
