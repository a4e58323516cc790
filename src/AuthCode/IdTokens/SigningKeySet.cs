using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>The keys of a JSON Web Key Set (RFC 7517 section 5) that may verify signatures.</summary>
internal sealed class SigningKeySet
{
    private const string Verify = "verify";
    private const string IssuerMember = "issuer";

    // RFC 7518 section 3.3.
    private const int ShortestRsaKey = 2048;

    private readonly IReadOnlyList<SigningKey> _keys;

    private SigningKeySet(IReadOnlyList<SigningKey> keys) => _keys = keys;

    /// <summary>Reads a set; <see langword="null"/> if the document is none. A key that cannot be used is left out.</summary>
    internal static SigningKeySet? Parse(byte[] document)
    {
        try
        {
            string text = Encoding.UTF8.GetString(document);
            using JsonDocument json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("keys", out JsonElement keys) && keys.ValueKind == JsonValueKind.Array
                    ? new([.. keys.EnumerateArray().Select(Read).OfType<SigningKey>()])
                    : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The keys that could have signed a token.</summary>
    /// <param name="keyId">The key that the token names; <see langword="null"/> or empty if it names none: any key may then be meant (OpenID Connect Core section 10.1).</param>
    /// <param name="algorithm">The algorithm that the token names.</param>
    internal IReadOnlyList<SigningKey> CandidatesFor(string? keyId, string algorithm) =>
        [.. _keys.Where(key => (string.IsNullOrEmpty(keyId) || key.Id == keyId) && (key.Algorithm is null || key.Algorithm == algorithm))];

    private static SigningKey? Read(JsonElement json)
    {
        try
        {
            var key = new JsonWebKey(json.GetRawText());
            return IsForSignatures(key) && Convert(key) is { } usable
                ? new SigningKey(usable, NullIfEmpty(key.Kid), NullIfEmpty(key.Alg), key.AdditionalData.TryGetValue(IssuerMember, out object? issuer) ? issuer as string : null)
                : null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or CryptographicException or NotSupportedException)
        {
            // One that is malformed takes nothing from the others.
            return null;
        }
    }

    // RFC 7517 sections 4.2 and 4.3. A symmetric key in a public document would be no secret.
    private static bool IsForSignatures(JsonWebKey key) =>
        key.Kty is JsonWebAlgorithmsKeyTypes.RSA or JsonWebAlgorithmsKeyTypes.EllipticCurve
        && (string.IsNullOrEmpty(key.Use) || key.Use == JsonWebKeyUseNames.Sig)
        && (key.KeyOps.Count == 0 || key.KeyOps.Contains(Verify));

    // One key for each entry, whether it is given by its numbers, by its certificate, or by both.
    private static SecurityKey? Convert(JsonWebKey key)
    {
        if (key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve)
        {
            return JsonWebKeyConverter.TryConvertToSecurityKey(key, out SecurityKey curve) ? curve : null;
        }

        if (string.IsNullOrEmpty(key.N) || string.IsNullOrEmpty(key.E))
        {
            return JsonWebKeyConverter.TryConvertToSecurityKey(key, out SecurityKey certified) && certified.KeySize >= ShortestRsaKey ? certified : null;
        }

        var numbers = new RsaSecurityKey(new RSAParameters { Modulus = Base64UrlEncoder.DecodeBytes(key.N), Exponent = Base64UrlEncoder.DecodeBytes(key.E) }) { KeyId = key.Kid };
        return numbers.KeySize >= ShortestRsaKey ? numbers : null;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
