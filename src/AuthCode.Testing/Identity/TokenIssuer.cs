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

    internal string IssuerOf(string tenant) => new Uri(authorityHost, $"{tenant}/v2.0").AbsoluteUri;

    internal string AccessToken(Session session, string tenant, string resource, IReadOnlyList<string> granted, AskedClaims claims, TimeSpan life)
    {
        var content = new Dictionary<string, object>
        {
            ["azp"] = session.ClientId,
            ["scp"] = string.Join(' ', granted.Select(static scope => scope[(scope.LastIndexOf('/') + 1)..])),
            ["ver"] = "2.0",
            ["uti"] = RandomId.NewGuid().ToString("N"),
        };
        AddUser(content, session.User, tenant);
        foreach ((string name, string value) in claims.Values.Where(static claim => claim.Key is not ("nbf" or "exp" or "iat" or "iss" or "aud" or "tid" or "oid")))
        {
            content[name] = value;
        }

        if (claims.HasCaeCapability)
        {
            content["xms_cc"] = new[] { "cp1" };
        }

        return Sign(tenant, resource, content, life);
    }

    internal string IdToken(Session session, string tenant, AskedScopes scopes)
    {
        var content = new Dictionary<string, object> { ["sub"] = session.User.ObjectId, ["ver"] = "2.0" };
        AddUser(content, session.User, tenant);
        if (scopes.Profile)
        {
            content["name"] = session.User.Name;
            content["preferred_username"] = session.User.PreferredUsername;
        }

        if (session.Request.Nonce is not null)
        {
            content["nonce"] = session.Request.Nonce;
        }

        return Sign(tenant, session.ClientId, content, options.AccessTokenLifetime);
    }

    internal static string ClientInfo(FakeAadUser user) => Base64UrlEncoder.Encode(
        Encoding.UTF8.GetBytes(new JsonObject { ["uid"] = user.ObjectId, ["utid"] = user.HomeTenantId }.ToJsonString()));

    private static void AddUser(Dictionary<string, object> content, FakeAadUser user, string tenant)
    {
        content["oid"] = user.ObjectId;
        content["tid"] = tenant;
    }

    private string Sign(string tenant, string audience, Dictionary<string, object> content, TimeSpan life)
    {
        DateTime now = options.TimeProvider.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = IssuerOf(tenant),
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + life,
            Claims = content,
            SigningCredentials = SigningKey.Credentials,
        });
    }
}
