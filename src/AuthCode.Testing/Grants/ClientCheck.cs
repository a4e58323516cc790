using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AuthCode.Testing.Errors;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Grants;

/// <summary>Whether a client is who it says (RFC 6749 section 2.3, RFC 7523 section 3).</summary>
internal sealed class ClientCheck(FakeAadOptions options)
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ConcurrentDictionary<string, bool> _usedAssertions = new(StringComparer.Ordinal);
    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>The id of the client, once it has proved itself.</summary>
    internal async Task<string> RequireAsync(FakeAadRequest request, Uri tokenEndpoint)
    {
        (string? id, string? secret) = CredentialsOf(request);
        if (id is null)
        {
            throw new AadException(AadErrors.MissingParameter("client_id"));
        }

        if (id != options.ClientId)
        {
            throw new AadException(AadErrors.UnknownClient(id, request.TenantId));
        }

        string? assertion = request.Form.GetValueOrDefault("client_assertion");
        bool isPublic = options.ClientSecret is null && options.Certificates.Count == 0 && options.AcceptAssertion is null;
        if (isPublic)
        {
            return secret is null && assertion is null ? id : throw new AadException(AadErrors.PublicClientWithSecret);
        }

        if (assertion is not null)
        {
            bool accepted = request.Form.GetValueOrDefault("client_assertion_type") == JwtBearer
                && (options.AcceptAssertion?.Invoke(assertion) == true || await IsSignedByCertificateAsync(assertion, id, tokenEndpoint).ConfigureAwait(false));
            return accepted ? id : throw new AadException(AadErrors.WrongAssertion);
        }

        if (secret is null)
        {
            throw new AadException(AadErrors.NoClientAuthentication);
        }

        return secret == options.ClientSecret ? id : throw new AadException(AadErrors.WrongSecret);
    }

    private static (string? Id, string? Secret) CredentialsOf(FakeAadRequest request)
    {
        const string Basic = "Basic ";
        string? header = request.Headers.GetValueOrDefault("Authorization");
        if (header?.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) != true)
        {
            return (request.Form.GetValueOrDefault("client_id"), request.Form.GetValueOrDefault("client_secret"));
        }

        byte[] decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..], decoded, out int length))
        {
            throw new AadException(AadErrors.MalformedRequest);
        }

        string[] parts = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return (WebUtility.UrlDecode(parts[0]), parts.Length == 2 ? WebUtility.UrlDecode(parts[1]) : null);
    }

    private async Task<bool> IsSignedByCertificateAsync(string assertion, string clientId, Uri tokenEndpoint)
    {
        TokenValidationResult result = await _handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = clientId,
            ValidAudience = tokenEndpoint.AbsoluteUri,
            IssuerSigningKeys = options.Certificates.Select(static certificate => new X509SecurityKey(certificate)),
            TryAllIssuerSigningKeys = true,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsNow(notBefore, expires),
        }).ConfigureAwait(false);
        return result is { IsValid: true, SecurityToken: JsonWebToken token }
            && token.Subject == clientId
            && token.TryGetHeaderValue("x5t#S256", out string thumbprint)
            && options.Certificates.Any(certificate => Base64UrlEncoder.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)) == thumbprint)
            && token.Id is { Length: > 0 } id
            && _usedAssertions.TryAdd(id, true);
    }

    private bool IsNow(DateTime? notBefore, DateTime? expires)
    {
        // Entra ID allows clocks to differ by some minutes.
        TimeSpan skew = TimeSpan.FromMinutes(5);
        DateTime now = options.TimeProvider.GetUtcNow().UtcDateTime;
        return (notBefore is null || notBefore <= now + skew) && expires > now - skew;
    }
}
