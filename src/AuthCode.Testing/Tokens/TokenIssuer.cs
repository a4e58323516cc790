using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Identifiers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Tokens;

/// <summary>Makes the signed tokens of a token response. See https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference.</summary>
internal sealed class TokenIssuer(FakeAadOptions options, Uri authorityHost)
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    // The handler sets these claims from the descriptor; a client cannot request other values.
    private static readonly string[] ReservedClaims = ["iss", "aud", "iat", "nbf", "exp"];

    internal string IssuerOf(string tenant) => IssuerOf(tenant, options.User);

    internal string AccessToken(SignInSession session, string tenant, string resource, IReadOnlyList<string> granted, RequestedClaims claims, TimeSpan lifetime)
    {
        Dictionary<string, object> payload = ClaimsFor(session, tenant);
        payload["azp"] = session.ClientId;
        payload["scp"] = string.Join(' ', granted.Select(static scope => scope[(scope.LastIndexOf('/') + 1)..]));
        payload["uti"] = RandomId.NewGuid().ToString("N");
        foreach ((string name, string value) in claims.Values.Concat(session.Claims.Values).Where(claim => !ReservedClaims.Contains(claim.Key)))
        {
            payload.TryAdd(name, value);
        }

        if (claims.HasCaeCapability)
        {
            payload["xms_cc"] = new[] { "cp1" };
        }

        foreach ((string name, object value) in options.AccessTokenClaims.Where(static claim => !ReservedClaims.Contains(claim.Key)))
        {
            payload[name] = value;
        }

        return Sign(tenant, resource, payload, session.User, lifetime);
    }

    internal string IdToken(SignInSession session, string tenant, bool withProfile, string? nonce)
    {
        Dictionary<string, object> payload = ClaimsFor(session, tenant);
        if (withProfile)
        {
            payload["name"] = session.User.Name;
            payload["preferred_username"] = session.User.PreferredUsername;
        }

        if (nonce is not null)
        {
            payload["nonce"] = nonce;
        }

        if (options.ServerSessionId is { } serverSession)
        {
            payload["sid"] = serverSession;
        }

        return Sign(tenant, session.ClientId, payload, session.User, options.AccessTokenLifetime);
    }

    internal string LogoutToken(Action<IDictionary<string, object>>? configure)
    {
        DateTimeOffset now = options.TimeProvider.GetUtcNow();
        Dictionary<string, object> payload = new()
        {
            ["iss"] = IssuerOf(options.TenantId),
            ["aud"] = options.ClientId,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(2).ToUnixTimeSeconds(),
            ["jti"] = RandomId.NewGuid().ToString("N"),
            ["sub"] = PairwiseSubject.Of(options.User, options.ClientId),
            ["oid"] = options.User.ObjectId,
            ["tid"] = TenantAliases.Resolve(options.TenantId, options.User.HomeTenantId),
            ["events"] = new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>() },
        };
        if (options.ServerSessionId is { } serverSession)
        {
            payload["sid"] = serverSession;
        }

        configure?.Invoke(payload);
        return Handler.CreateToken(JsonSerializer.Serialize(payload), SigningKey.Credentials, new Dictionary<string, object> { ["typ"] = "logout+jwt" });
    }

    internal static string ClientInfo(FakeAadUser user) => Base64UrlEncoder.Encode(
        Encoding.UTF8.GetBytes(new JsonObject { ["uid"] = user.ObjectId, ["utid"] = user.HomeTenantId }.ToJsonString()));

    private static Dictionary<string, object> ClaimsFor(SignInSession session, string tenant) => new()
    {
        ["sub"] = PairwiseSubject.Of(session.User, session.ClientId),
        ["oid"] = session.User.ObjectId,
        ["tid"] = TenantAliases.Resolve(tenant, session.User.HomeTenantId),
        ["ver"] = "2.0",
    };

    private string IssuerOf(string tenant, FakeAadUser user)
    {
        string tenantId = TenantAliases.Resolve(tenant, user.HomeTenantId);
        return options.Issuer?.Replace(FakeAadOptions.TenantIdPlaceholder, tenantId, StringComparison.OrdinalIgnoreCase)
            ?? new Uri(authorityHost, $"{tenantId}/v2.0").AbsoluteUri;
    }

    private string Sign(string tenant, string audience, Dictionary<string, object> payload, FakeAadUser user, TimeSpan lifetime)
    {
        DateTime now = options.TimeProvider.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = IssuerOf(tenant, user),
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            Claims = payload,
            SigningCredentials = SigningKey.Credentials,
        });
    }
}
