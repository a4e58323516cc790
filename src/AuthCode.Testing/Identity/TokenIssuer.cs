using System.Text;
using System.Text.Json.Nodes;
using AuthCode.Testing.Grants;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Identity;

/// <summary>Makes the signed tokens of an answer. See https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference.</summary>
internal sealed class TokenIssuer(FakeAadOptions options, Uri authorityHost)
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    // Set by the handler from the descriptor, over anything that a client could ask for.
    private static readonly string[] OfDescriptor = ["iss", "aud", "iat", "nbf", "exp"];

    internal string IssuerOf(string tenant) => new Uri(authorityHost, $"{Tenants.Resolve(tenant, options.User)}/v2.0").AbsoluteUri;

    internal string AccessToken(Session session, string tenant, string resource, IReadOnlyList<string> granted, AskedClaims claims, TimeSpan life)
    {
        Dictionary<string, object> content = ContentFor(session.User, tenant);
        content["azp"] = session.ClientId;
        content["scp"] = string.Join(' ', granted.Select(static scope => scope[(scope.LastIndexOf('/') + 1)..]));
        content["uti"] = RandomId.NewGuid().ToString("N");
        foreach ((string name, string value) in claims.Values.Where(claim => !OfDescriptor.Contains(claim.Key)))
        {
            content.TryAdd(name, value);
        }

        if (claims.HasCaeCapability)
        {
            content["xms_cc"] = new[] { "cp1" };
        }

        return Sign(tenant, resource, content, session.User, life);
    }

    internal string IdToken(Session session, string tenant, bool withProfile, string? nonce)
    {
        Dictionary<string, object> content = ContentFor(session.User, tenant);
        if (withProfile)
        {
            content["name"] = session.User.Name;
            content["preferred_username"] = session.User.PreferredUsername;
        }

        if (nonce is not null)
        {
            content["nonce"] = nonce;
        }

        return Sign(tenant, session.ClientId, content, session.User, options.AccessTokenLifetime);
    }

    internal static string ClientInfo(FakeAadUser user) => Base64UrlEncoder.Encode(
        Encoding.UTF8.GetBytes(new JsonObject { ["uid"] = user.ObjectId, ["utid"] = user.HomeTenantId }.ToJsonString()));

    private static Dictionary<string, object> ContentFor(FakeAadUser user, string tenant) => new()
    {
        ["sub"] = user.ObjectId,
        ["oid"] = user.ObjectId,
        ["tid"] = Tenants.Resolve(tenant, user),
        ["ver"] = "2.0",
    };

    private string Sign(string tenant, string audience, Dictionary<string, object> content, FakeAadUser user, TimeSpan life)
    {
        DateTime now = options.TimeProvider.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = new Uri(authorityHost, $"{Tenants.Resolve(tenant, user)}/v2.0").AbsoluteUri,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + life,
            Claims = content,
            SigningCredentials = SigningKey.Credentials,
        });
    }
}
