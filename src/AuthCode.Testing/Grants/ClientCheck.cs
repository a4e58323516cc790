using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
        string? assertion = request.Form.GetValueOrDefault("client_assertion");
        (string? asked, string? secret) = CredentialsOf(request, isAlone: assertion is null);
        if (asked is null)
        {
            throw new AadException(AadErrors.MissingParameter("client_id"));
        }

        string id = options.ClientId;
        if (!string.Equals(asked, id, StringComparison.OrdinalIgnoreCase))
        {
            throw new AadException(AadErrors.UnknownClient(asked, request.TenantId));
        }

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

    // A client proves itself in one way at a time (RFC 6749 section 2.3).
    private static (string? Id, string? Secret) CredentialsOf(FakeAadRequest request, bool isAlone)
    {
        string? bodyId = request.Form.GetValueOrDefault("client_id");
        string? bodySecret = request.Form.GetValueOrDefault("client_secret");
        if (BasicOf(request) is not { } basic)
        {
            return bodySecret is null || isAlone ? (bodyId, bodySecret) : throw new AadException(AadErrors.MalformedRequest);
        }

        return isAlone && bodySecret is null && (bodyId is null || bodyId == basic.Id) ? basic : throw new AadException(AadErrors.MalformedRequest);
    }

    private static (string? Id, string? Secret)? BasicOf(FakeAadRequest request)
    {
        const string Basic = "Basic ";
        string? header = request.Headers.GetValueOrDefault("Authorization");
        if (header?.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
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
        // The certificate that the header names must have signed it, not just any that is registered.
        X509Certificate2? named = NamedCertificate(assertion);
        if (named is null)
        {
            return false;
        }

        TokenValidationResult result = await _handler.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            ValidIssuer = clientId,
            ValidAudience = tokenEndpoint.AbsoluteUri,
            IssuerSigningKeyResolver = (_, _, _, _) => [new X509SecurityKey(named)],
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => IsNow(notBefore, expires),
        }).ConfigureAwait(false);
        return result is { IsValid: true, SecurityToken: JsonWebToken token }
            && token.Subject == clientId
            && token.Id is { Length: > 0 } id
            && _usedAssertions.TryAdd(id, true);
    }

    private X509Certificate2? NamedCertificate(string assertion)
    {
        try
        {
            return _handler.ReadJsonWebToken(assertion).TryGetHeaderValue("x5t#S256", out string thumbprint)
                ? options.Certificates.FirstOrDefault(certificate => Base64UrlEncoder.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)) == thumbprint)
                : null;
        }
        catch (ArgumentException)
        {
            // It is no JWT.
            return null;
        }
    }

    private bool IsNow(DateTime? notBefore, DateTime? expires)
    {
        // Entra ID allows clocks to differ by some minutes.
        TimeSpan skew = TimeSpan.FromMinutes(5);
        DateTime now = options.TimeProvider.GetUtcNow().UtcDateTime;
        return (notBefore is null || notBefore <= now + skew) && expires > now - skew;
    }
}
