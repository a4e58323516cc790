using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthCode.Testing.Errors;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Grants;

/// <summary>Authenticates the client of a token request (RFC 6749 section 2.3, RFC 7523 section 3).</summary>
internal sealed class ClientAuthenticator(FakeAadOptions options)
{
    private const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ConcurrentDictionary<string, bool> _usedAssertions = new(StringComparer.Ordinal);
    private readonly JsonWebTokenHandler _handler = new();

    /// <summary>Returns the ID of the authenticated client.</summary>
    internal async Task<string> AuthenticateAsync(FakeAadRequest request, Uri tokenEndpoint)
    {
        string? assertion = request.Form.GetValueOrDefault("client_assertion");
        (string? requestedId, string? secret) = CredentialsOf(request, hasAssertion: assertion is not null);
        if (requestedId is null)
        {
            throw new AadErrorException(AadErrors.MissingParameter("client_id"));
        }

        string id = options.ClientId;
        if (!string.Equals(requestedId, id, StringComparison.OrdinalIgnoreCase))
        {
            throw new AadErrorException(AadErrors.UnknownClient(requestedId, request.TenantId));
        }

        bool isPublic = options.ClientSecret is null && options.Certificates.Count == 0 && options.AcceptAssertion is null;
        if (isPublic)
        {
            return secret is null && assertion is null ? id : throw new AadErrorException(AadErrors.PublicClientWithSecret);
        }

        if (assertion is not null)
        {
            bool accepted = request.Form.GetValueOrDefault("client_assertion_type") == JwtBearer
                && (options.AcceptAssertion?.Invoke(assertion) == true || await IsSignedByCertificateAsync(assertion, id, tokenEndpoint).ConfigureAwait(false));
            return accepted ? id : throw new AadErrorException(AadErrors.InvalidClientAssertion);
        }

        if (secret is null)
        {
            throw new AadErrorException(AadErrors.MissingClientAuthentication);
        }

        return secret == options.ClientSecret ? id : throw new AadErrorException(AadErrors.InvalidClientSecret);
    }

    // A client must use one authentication method per request (RFC 6749 section 2.3).
    private static (string? Id, string? Secret) CredentialsOf(FakeAadRequest request, bool hasAssertion)
    {
        string? bodyId = request.Form.GetValueOrDefault("client_id");
        string? bodySecret = request.Form.GetValueOrDefault("client_secret");
        if (BasicCredentialsOf(request) is not { } basic)
        {
            return bodySecret is null || !hasAssertion ? (bodyId, bodySecret) : throw new AadErrorException(AadErrors.MalformedRequest);
        }

        return !hasAssertion && bodySecret is null && (bodyId is null || bodyId == basic.Id) ? basic : throw new AadErrorException(AadErrors.MalformedRequest);
    }

    private static (string? Id, string? Secret)? BasicCredentialsOf(FakeAadRequest request)
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
            throw new AadErrorException(AadErrors.MalformedRequest);
        }

        string[] parts = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return (WebUtility.UrlDecode(parts[0]), parts.Length == 2 ? WebUtility.UrlDecode(parts[1]) : null);
    }

    private async Task<bool> IsSignedByCertificateAsync(string assertion, string clientId, Uri tokenEndpoint)
    {
        // The certificate that the header names must have signed the assertion, not just any registered one.
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
            LifetimeValidator = (notBefore, expires, _, _) => IsCurrent(notBefore, expires),
        }).ConfigureAwait(false);
        // One without an end is malformed.
        if (result.Exception is SecurityTokenInvalidLifetimeException && _handler.ReadJsonWebToken(assertion).ValidTo != DateTime.MinValue)
        {
            throw new AadErrorException(AadErrors.AssertionOutOfTime);
        }

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
            // The assertion is not a JWT.
            return null;
        }
    }

    private bool IsCurrent(DateTime? notBefore, DateTime? expires)
    {
        // Entra ID allows the clocks to differ by some minutes.
        TimeSpan skew = TimeSpan.FromMinutes(5);
        DateTime now = options.TimeProvider.GetUtcNow().UtcDateTime;
        return (notBefore is null || notBefore <= now + skew) && expires > now - skew;
    }
}
