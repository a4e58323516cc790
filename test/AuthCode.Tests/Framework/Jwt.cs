using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace AuthCode.Tests;

/// <summary>A signed JWT taken apart by hand, and not by the library that made it.</summary>
internal sealed class Jwt
{
    private readonly string[] _parts;

    internal Jwt(string compact)
    {
        _parts = compact.Split('.');
        Assert.That(_parts, Has.Length.EqualTo(3), "a signed JWT in compact form");
        Header = Parse(_parts[0]);
        Claims = Parse(_parts[1]);
    }

    internal IReadOnlyDictionary<string, JsonElement> Header { get; }

    internal IReadOnlyDictionary<string, JsonElement> Claims { get; }

    internal bool IsSignedBy(X509Certificate2 certificate)
    {
        using RSA key = certificate.GetRSAPublicKey()!;
        return key.VerifyData(
            Encoding.ASCII.GetBytes($"{_parts[0]}.{_parts[1]}"), Base64Url.DecodeFromChars(_parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    private static Dictionary<string, JsonElement> Parse(string part) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Base64Url.DecodeFromChars(part))!;
}
