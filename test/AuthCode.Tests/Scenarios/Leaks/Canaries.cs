using System.Security.Cryptography;
using System.Text;

namespace AuthCode.Tests.Scenarios.Leaks;

/// <summary>Secrets that stand out: each is one of a kind, and is looked for as it is and in the usual encodings.</summary>
internal sealed class Canaries
{
    private readonly Dictionary<string, string> _canaries = [];

    internal string this[string name]
    {
        get
        {
            if (!_canaries.TryGetValue(name, out string? value))
            {
                // Characters that every encoding changes, within those that a verifier may have.
                value = $"cnry-{name}~{Convert.ToHexString(RandomNumberGenerator.GetBytes(20))}";
                _canaries[name] = value;
            }

            return value;
        }
    }

    /// <summary>The names of the canaries that a text holds in any form.</summary>
    internal IReadOnlyList<string> FoundIn(string text) =>
        [.. _canaries.Where(canary => FormsOf(canary.Value).Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase))).Select(static canary => canary.Key)];

    internal static IEnumerable<string> FormsOf(string secret)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(secret);
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return Convert.ToHexString(utf8);
        yield return Convert.ToHexString(Encoding.Unicode.GetBytes(secret));
        for (int skip = 0; skip < 3; skip++)
        {
            string base64 = Convert.ToBase64String(utf8[skip..])[..^4];
            yield return base64;
            yield return base64.Replace('+', '-').Replace('/', '_');
        }
    }
}
