using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthCode.Testing.Identifiers;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Tokens;

/// <summary>The key that signs the tokens of all fakes in this process. They share it, since generating an RSA key takes long.</summary>
internal static class SigningKey
{
    private static readonly Lazy<RsaSecurityKey> Key = new(static () => new RsaSecurityKey(RSA.Create(2048)) { KeyId = RandomId.NewGuid().ToString("N") });

    internal static SigningCredentials Credentials => new(Key.Value, SecurityAlgorithms.RsaSha256);

    internal static JsonObject ToJwks()
    {
        JsonWebKey key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.Value.Rsa.ExportParameters(false)) { KeyId = Key.Value.KeyId });
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = key.Kid,
                ["n"] = key.N,
                ["e"] = key.E,
            }),
        };
    }
}
