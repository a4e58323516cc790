using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Tests;

/// <summary>A client assertion (RFC 7523), made by Microsoft's library, with what a test wants wrong about it.</summary>
internal sealed record Assertion(X509Certificate2 Key, string Client, Uri Endpoint, DateTimeOffset Now)
{
    internal const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>The certificate whose thumbprint is in the header; null for no thumbprint.</summary>
    internal X509Certificate2? Thumbprint { get; init; } = Key;

    internal string? Audience { get; init; } = Endpoint.AbsoluteUri;

    internal string Issuer { get; init; } = Client;

    internal string Subject { get; init; } = Client;

    internal string? Id { get; init; } = "assertion-1";

    internal string Algorithm { get; init; } = SecurityAlgorithms.RsaSsaPssSha256;

    internal TimeSpan? Life { get; init; } = TimeSpan.FromMinutes(10);

    internal TimeSpan Wait { get; init; }

    internal string Make()
    {
        var claims = new Dictionary<string, object> { ["sub"] = Subject };
        if (Id is not null)
        {
            claims["jti"] = Id;
        }

        using RSA key = Key.GetRSAPrivateKey()!;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            NotBefore = (Now + Wait).UtcDateTime,
            Expires = Life is { } life ? (Now + Wait + life).UtcDateTime : null,
            Claims = claims,
            AdditionalHeaderClaims = Thumbprint is null
                ? null
                : new Dictionary<string, object> { ["x5t#S256"] = Base64UrlEncoder.Encode(Thumbprint.GetCertHash(HashAlgorithmName.SHA256)) },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key.ExportParameters(true)), Algorithm),
        });
    }
}
