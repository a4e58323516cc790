using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identity;

namespace AuthCode.Testing.Endpoints;

/// <summary>The token endpoint: both grants of the authorization code flow (RFC 6749 sections 4.1.3 and 6).</summary>
internal sealed class TokenEndpoint(FakeAadOptions options, GrantStore grants, TokenIssuer tokens, Uri baseUri)
{
    private readonly ClientCheck _clients = new(options);

    /// <summary>The claims that an API wants in its tokens, by resource.</summary>
    internal ConcurrentDictionary<string, string> RequiredClaims { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal async Task<HttpAnswer> AnswerAsync(FakeAadRequest request)
    {
        RequireForm(request);
        string grantType = Required(request, "grant_type");
        string clientId = await _clients.RequireAsync(request, new Uri(baseUri, request.Path)).ConfigureAwait(false);
        AskedScopes scopes = AskedScopes.Parse(request.Form.GetValueOrDefault("scope"));
        AskedClaims claims = AskedClaims.Parse(request.Form.GetValueOrDefault("claims"));
        RequireClaims(scopes, claims);

        (Session session, string? refreshToken) = grantType switch
        {
            "authorization_code" => (grants.RedeemCode(
                Required(request, "code"), clientId, request.Form.GetValueOrDefault("redirect_uri"), request.Form.GetValueOrDefault("code_verifier")), null),
            "refresh_token" => grants.RedeemRefreshToken(Required(request, "refresh_token"), clientId),
            _ => throw new AadException(AadErrors.UnknownGrantType),
        };
        if (grantType == "authorization_code" && scopes.OfflineAccess && options.IssueRefreshTokens)
        {
            refreshToken = grants.IssueRefreshToken(session);
        }

        return HttpAnswer.Json(200, ToJson(request, session, scopes, claims, refreshToken).ToJsonString());
    }

    private JsonObject ToJson(FakeAadRequest request, Session session, AskedScopes scopes, AskedClaims claims, string? refreshToken)
    {
        string tenant = request.TenantId;
        IReadOnlyList<string> granted = options.GrantScopes?.Invoke(scopes.OfResource) ?? scopes.OfResource;
        TimeSpan life = (claims.HasCaeCapability ? options.CaeAccessTokenLifetime : null) ?? options.AccessTokenLifetime;
        long seconds = (long)life.TotalSeconds;
        var json = new JsonObject
        {
            ["token_type"] = "Bearer",
            // Entra ID leaves openid, profile and offline_access out.
            ["scope"] = string.Join(' ', granted),
            ["expires_in"] = options.ExpiresInAsString ? seconds.ToString(CultureInfo.InvariantCulture) : seconds,
            ["ext_expires_in"] = seconds,
            ["access_token"] = tokens.AccessToken(session, tenant, scopes.Resource, granted, claims, life),
        };
        Add("refresh_in", options.RefreshIn is { } due ? (long)due.TotalSeconds : null);
        Add("refresh_token", refreshToken);
        Add("id_token", scopes.OpenId ? tokens.IdToken(session, tenant, scopes) : null);
        Add("client_info", request.Form.GetValueOrDefault("client_info") == "1" ? TokenIssuer.ClientInfo(session.User) : null);
        return json;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }

    private static void RequireForm(FakeAadRequest request)
    {
        bool isForm = request.Headers.GetValueOrDefault("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        bool hasDuplicates = request.Parameters.Count != request.Form.Count;
        if (request.Method != "POST" || !isForm || hasDuplicates)
        {
            throw new AadException(AadErrors.MalformedRequest);
        }
    }

    private void RequireClaims(AskedScopes scopes, AskedClaims claims)
    {
        if (RequiredClaims.TryGetValue(scopes.Resource, out string? required) && !claims.Satisfies(AskedClaims.Parse(required)))
        {
            throw new AadException(AadErrors.InteractionRequired(required));
        }
    }

    private static string Required(FakeAadRequest request, string name) =>
        request.Form.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw new AadException(AadErrors.MissingParameter(name));
}
