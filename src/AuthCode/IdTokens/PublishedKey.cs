using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>Reads an entry of a JSON Web Key Set (RFC 7517 section 4).</summary>
/// <remarks>
/// Implementation note: not by IdentityModel's <see cref="JsonWebKey"/>, which refuses a member that is null and cannot tell one that
/// is absent from one that is empty. A member that is null counts as absent, and one of another type makes the key unusable.
/// </remarks>
internal static class PublishedKey
{
    private const string Verify = "verify";
    private const string Curve = "P-256";

    // RFC 7518 section 3.3.
    private const int ShortestRsaKey = 2048;

    // RFC 7518 section 3.4: the algorithm goes with the curve.
    private static readonly string[] RsaAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256];
    private static readonly string[] CurveAlgorithms = [SecurityAlgorithms.EcdsaSha256];

    /// <summary>The key; <see langword="null"/> if it is malformed, or may not verify signatures.</summary>
    internal static SigningKey? Read(JsonElement json)
    {
        try
        {
            if (json.ValueKind != JsonValueKind.Object || !TryText(json, "kty", out string? type) || !TryText(json, "use", out string? use)
                || !TryText(json, "alg", out string? algorithm) || !TryText(json, "kid", out string? id) || !TryText(json, "issuer", out string? issuer))
            {
                return null;
            }

            // A symmetric key in a public document would be no secret.
            string[] algorithms = type switch
            {
                JsonWebAlgorithmsKeyTypes.RSA => RsaAlgorithms,
                JsonWebAlgorithmsKeyTypes.EllipticCurve => CurveAlgorithms,
                _ => [],
            };
            algorithms = string.IsNullOrEmpty(algorithm) ? algorithms : [.. algorithms.Where(own => own == algorithm)];
            return algorithms.Length > 0 && (string.IsNullOrEmpty(use) || use == JsonWebKeyUseNames.Sig) && MayVerify(json) && Convert(json, type!) is { } key
                ? new SigningKey(key, string.IsNullOrEmpty(id) ? null : id, algorithms, issuer)
                : null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or CryptographicException or NotSupportedException)
        {
            return null;
        }
    }

    // RFC 7517 section 4.3. An empty list allows nothing.
    private static bool MayVerify(JsonElement json) =>
        !json.TryGetProperty("key_ops", out JsonElement operations) || operations.ValueKind == JsonValueKind.Null
        || (operations.ValueKind == JsonValueKind.Array
            && operations.EnumerateArray().Any(static operation => operation.ValueKind == JsonValueKind.String && operation.ValueEquals(Verify)));

    // One key, whether it is given by its numbers, by its certificate, or by both.
    private static SecurityKey? Convert(JsonElement json, string type)
    {
        if (type == JsonWebAlgorithmsKeyTypes.EllipticCurve)
        {
            return TryText(json, "crv", out string? curve) && curve == Curve
                && TryText(json, "x", out string? x) && TryText(json, "y", out string? y)
                && JsonWebKeyConverter.TryConvertToSecurityKey(new JsonWebKey { Kty = type, Crv = curve, X = x, Y = y }, out SecurityKey point) ? point : null;
        }

        SecurityKey? key = TryText(json, "n", out string? modulus) && TryText(json, "e", out string? exponent) && !string.IsNullOrEmpty(modulus) && !string.IsNullOrEmpty(exponent)
            ? new RsaSecurityKey(new RSAParameters { Modulus = NumberOf(modulus), Exponent = NumberOf(exponent) })
            : CertifiedKey(json, type);
        return key?.KeySize >= ShortestRsaKey ? key : null;
    }

    private static SecurityKey? CertifiedKey(JsonElement json, string type)
    {
        if (!json.TryGetProperty("x5c", out JsonElement chain) || chain.ValueKind != JsonValueKind.Array || chain.GetArrayLength() == 0)
        {
            return null;
        }

        var key = new JsonWebKey { Kty = type };
        key.X5c.Add(chain[0].GetString());
        return JsonWebKeyConverter.TryConvertToSecurityKey(key, out SecurityKey certified) ? certified : null;
    }

    // Some servers write zeros before it, against RFC 7518 section 6.3.1.1; they would count for its length.
    private static byte[] NumberOf(string base64Url) => Base64UrlEncoder.DecodeBytes(base64Url).AsSpan().TrimStart((byte)0).ToArray();

    private static bool TryText(JsonElement json, string name, out string? text)
    {
        bool isAbsent = !json.TryGetProperty(name, out JsonElement member) || member.ValueKind == JsonValueKind.Null;
        text = !isAbsent && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        return isAbsent || text is not null;
    }
}
