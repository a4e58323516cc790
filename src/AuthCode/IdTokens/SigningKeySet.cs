using System.Text;
using System.Text.Json;

namespace AuthCode;

/// <summary>The keys of a JSON Web Key Set (RFC 7517 section 5) that may verify signatures.</summary>
internal sealed class SigningKeySet
{
    private readonly IReadOnlyList<SigningKey> _keys;

    private SigningKeySet(IReadOnlyList<SigningKey> keys) => _keys = keys;

    /// <summary>Reads a set; <see langword="null"/> if the document is none. A key that cannot be used is left out, and takes nothing from the others.</summary>
    internal static SigningKeySet? Parse(byte[] document)
    {
        try
        {
            string text = Encoding.UTF8.GetString(document);
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("keys", out JsonElement keys) && keys.ValueKind == JsonValueKind.Array
                    ? new([.. keys.EnumerateArray().Select(PublishedKey.Read).OfType<SigningKey>()])
                    : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The keys that could have signed a token.</summary>
    /// <param name="keyId">The key that the token names; <see langword="null"/> or empty if it names none: any key may then be meant (OpenID Connect Core section 10.1).</param>
    /// <param name="algorithm">The algorithm that the token names, which a key must be for (RFC 8725 section 3.1).</param>
    internal IReadOnlyList<SigningKey> CandidatesFor(string? keyId, string algorithm) =>
        [.. _keys.Where(key => (string.IsNullOrEmpty(keyId) || key.Id == keyId) && key.Algorithms.Contains(algorithm, StringComparer.Ordinal))];
}
