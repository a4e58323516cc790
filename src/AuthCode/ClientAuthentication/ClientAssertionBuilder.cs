using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>The signed JWT by which a client with a certificate proves itself (RFC 7523 section 3).</summary>
/// <remarks>
/// PS256 and <c>x5t#S256</c>, as Entra ID's documentation of certificate credentials asks, unless the server or the options want
/// something else; the audience is the server that the request goes to, and no other.
/// </remarks>
internal sealed class ClientAssertionBuilder
{
    private const string ClientAuthenticationType = "client-authentication+jwt";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // A cached signature provider would outlive the key that is disposed here.
    private static readonly CryptoProviderFactory Uncached = new() { CacheSignatureProviders = false };
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly ClientAssertionAlgorithm _algorithm;
    private readonly ClientAssertionAudience _audience;
    private readonly string? _type;
    private readonly bool _sendCertificateChain;

    /// <exception cref="ArgumentException">An option is not usable.</exception>
    internal ClientAssertionBuilder(ClientAssertionOptions options)
    {
        if (!Enum.IsDefined(options.Algorithm) || !Enum.IsDefined(options.Audience))
        {
            throw new ArgumentException("Algorithm and Audience must be members of ClientAssertionAlgorithm and ClientAssertionAudience.", nameof(options));
        }

        if (options.Type is { } type && (type.Length == 0 || !Characters.AreScopeToken(type)))
        {
            throw new ArgumentException("Type must be a media type without \"application/\", as JWT or client-authentication+jwt.", nameof(options));
        }

        _algorithm = options.Algorithm;
        _audience = options.Audience;
        _type = options.Type;
        _sendCertificateChain = options.SendCertificateChain;
    }

    /// <exception cref="ArgumentException">The assertion is to be made out to an issuer that is not known.</exception>
    internal void Check(string? issuer, string parameterName)
    {
        if (_audience == ClientAssertionAudience.Issuer && issuer is null)
        {
            throw new ArgumentException(
                "ClientAssertionAudience.Issuer needs a server that is known by its issuer: use AuthorizationServer.OpenIdProvider, or ClientAssertionAudience.Endpoint.", parameterName);
        }
    }

    internal string Build(X509Certificate2 certificate, ClientRequest request)
    {
        ClientAssertionAlgorithm algorithm = _algorithm != ClientAssertionAlgorithm.Automatic ? _algorithm
            : request.IsAtAdfs ? ClientAssertionAlgorithm.RS256
            : ClientAssertionAlgorithm.PS256;
        using AsymmetricAlgorithm key = (algorithm == ClientAssertionAlgorithm.ES256 ? (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() : certificate.GetRSAPrivateKey())
            ?? throw new InvalidOperationException("The certificate's private key is no longer there.");
        var header = new Dictionary<string, object>
        {
            ["x5t#S256"] = Base64UrlText.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)),
        };
        if (_sendCertificateChain)
        {
            header["x5c"] = new[] { Convert.ToBase64String(certificate.RawData) };
        }

        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = _type ?? (request.IsAtDiscoveredServer ? ClientAuthenticationType : "JWT"),
            Issuer = request.ClientId,
            Audience = _audience != ClientAssertionAudience.Endpoint && request.Issuer is { } issuer ? issuer : request.Endpoint.AbsoluteUri,
            NotBefore = request.Now.UtcDateTime,
            IssuedAt = request.Now.UtcDateTime,
            Expires = request.Now.SaturatingAdd(Life).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = request.ClientId,
                [JwtRegisteredClaimNames.Jti] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            },
            AdditionalHeaderClaims = header,
            // AD FS finds the certificate by its SHA-1 thumbprint alone, the header x5t, which IdentityModel writes for such a key.
            SigningCredentials = request.IsAtAdfs && key is RSA ? SignWith(new X509SecurityKey(certificate), algorithm) : SignWith(KeyOf(key), algorithm),
        });
    }

    private static SecurityKey KeyOf(AsymmetricAlgorithm key) => key is ECDsa curve ? new ECDsaSecurityKey(curve) : new RsaSecurityKey((RSA)key);

    private static SigningCredentials SignWith(SecurityKey key, ClientAssertionAlgorithm algorithm) => new(
        key,
        algorithm switch
        {
            ClientAssertionAlgorithm.ES256 => SecurityAlgorithms.EcdsaSha256,
            ClientAssertionAlgorithm.RS256 => SecurityAlgorithms.RsaSha256,
            _ => SecurityAlgorithms.RsaSsaPssSha256,
        })
    {
        CryptoProviderFactory = Uncached,
    };
}
