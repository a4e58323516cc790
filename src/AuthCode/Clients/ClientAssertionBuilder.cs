using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>The signed JWT by which a client with a certificate proves itself (RFC 7523 section 3).</summary>
/// <remarks>
/// PS256 and <c>x5t#S256</c>, as Entra ID's documentation of certificate credentials asks; the audience is the token endpoint
/// that the request goes to, and no other's.
/// </remarks>
internal static class ClientAssertionBuilder
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // A cached signature provider would outlive the key that is disposed here.
    private static readonly CryptoProviderFactory Uncached = new() { CacheSignatureProviders = false };
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    internal static string Build(
        X509Certificate2 certificate, bool sendCertificateChain, string clientId, Uri tokenEndpoint, DateTimeOffset now)
    {
        using RSA key = certificate.GetRSAPrivateKey()
            ?? throw new InvalidOperationException("The certificate's private key is no longer there.");
        var header = new Dictionary<string, object>
        {
            ["x5t#S256"] = Base64UrlText.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)),
        };
        if (sendCertificateChain)
        {
            header["x5c"] = new[] { Convert.ToBase64String(certificate.RawData) };
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = clientId,
            Audience = tokenEndpoint.AbsoluteUri,
            NotBefore = now.UtcDateTime,
            IssuedAt = now.UtcDateTime,
            Expires = (now + Life).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = clientId,
                [JwtRegisteredClaimNames.Jti] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            },
            AdditionalHeaderClaims = header,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key), SecurityAlgorithms.RsaSsaPssSha256)
            {
                CryptoProviderFactory = Uncached,
            },
        });
    }
}
