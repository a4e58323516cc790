using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
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
    private readonly ConcurrentDictionary<string, string> _requiredClaims = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sets the claims that an API wants in its tokens; <see langword="null"/> wants none any more.</summary>
    internal void RequireClaims(string resource, string? claims)
    {
        if (claims is null)
        {
            _requiredClaims.TryRemove(NameOf(resource), out _);
        }
        else
        {
            _requiredClaims[NameOf(resource)] = claims;
        }
    }

    internal async Task<HttpAnswer> AnswerAsync(FakeAadRequest request)
    {
        RequireForm(request);
        string grantType = Required(request, "grant_type");
        string clientId = await _clients.RequireAsync(request, new Uri(baseUri, request.Path)).ConfigureAwait(false);
        IReadOnlyList<string> asked = AskedScopes.Split(request.Form.GetValueOrDefault("scope"));
        AskedClaims claims = AskedClaims.Parse(request.Form.GetValueOrDefault("claims"));
        Presented grant = grantType switch
        {
            "authorization_code" => new Presented.Code(
                Required(request, "code"), clientId, request.Form.GetValueOrDefault("redirect_uri"), request.Form.GetValueOrDefault("code_verifier")),
            "refresh_token" => new Presented.RefreshToken(Required(request, "refresh_token"), clientId),
            _ => throw new AadException(AadErrors.UnknownGrantType),
        };

        // All that can be wrong with the request comes before the grant is spent.
        Session session = grants.Find(grant);
        AskedScopes scopes = asked.Count > 0 ? AskedScopes.ForToken(asked) : AskedScopes.OfFirstResource(session.Request.Scopes);
        CheckClaims(scopes, claims);
        IReadOnlyList<string> granted = options.GrantScopes?.Invoke(scopes.OfResource) ?? scopes.OfResource;

        // What was consented to with the code needs not be asked for again with it.
        string[] kinds = grant is Presented.Code || asked.Count == 0 ? [.. asked, .. session.Request.Scopes] : [.. asked];
        string? refreshToken = grants.Redeem(grant, kinds.Contains(AskedScopes.OfflineAccess));
        string? nonce = grant is Presented.Code ? session.Request.Nonce : null;
        string? idToken = kinds.Contains(AskedScopes.OpenId) ? tokens.IdToken(session, request.TenantId, kinds.Contains(AskedScopes.Profile), nonce) : null;
        return HttpAnswer.Json(200, ToJson(request, session, scopes.Resource, granted, claims, refreshToken, idToken).ToJsonString());
    }

    private JsonObject ToJson(
        FakeAadRequest request, Session session, string resource, IReadOnlyList<string> granted, AskedClaims claims, string? refreshToken, string? idToken)
    {
        TimeSpan life = (claims.HasCaeCapability ? options.CaeAccessTokenLifetime : null) ?? options.AccessTokenLifetime;
        long seconds = (long)life.TotalSeconds;
        var json = new JsonObject
        {
            ["token_type"] = "Bearer",
            // Entra ID leaves openid, profile and offline_access out.
            ["scope"] = string.Join(' ', granted),
            ["expires_in"] = options.ExpiresInAsString ? seconds.ToString(CultureInfo.InvariantCulture) : seconds,
            ["ext_expires_in"] = seconds,
            ["access_token"] = tokens.AccessToken(session, request.TenantId, resource, granted, claims, life),
        };
        Add("refresh_in", options.RefreshIn is { } due ? (long)due.TotalSeconds : null);
        Add("refresh_token", refreshToken);
        Add("id_token", idToken);
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
        bool isForm = MediaTypeHeaderValue.TryParse(request.Headers.GetValueOrDefault("Content-Type"), out MediaTypeHeaderValue? type)
            && string.Equals(type.MediaType, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        if (request.Method != "POST" || !isForm || request.HasRepeatedParameters)
        {
            throw new AadException(AadErrors.MalformedRequest);
        }
    }

    private void CheckClaims(AskedScopes scopes, AskedClaims claims)
    {
        if (_requiredClaims.TryGetValue(NameOf(scopes.Resource), out string? required) && !claims.Satisfies(AskedClaims.Parse(required)))
        {
            throw new AadException(AadErrors.InteractionRequired(required));
        }
    }

    // With or without a slash it is the same API.
    private static string NameOf(string resource) => resource.TrimEnd('/');

    private static string Required(FakeAadRequest request, string name) =>
        request.Form.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw new AadException(AadErrors.MissingParameter(name));
}
