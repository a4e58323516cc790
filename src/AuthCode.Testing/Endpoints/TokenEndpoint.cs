using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;
using AuthCode.Testing.Tokens;

namespace AuthCode.Testing.Endpoints;

/// <summary>The token endpoint for authorization codes and refresh tokens (RFC 6749 sections 4.1.3 and 6).</summary>
internal sealed class TokenEndpoint(FakeAadOptions options, GrantStore grants, TokenIssuer tokens, Uri baseUri)
{
    private readonly ClientAuthenticator _clients = new(options);
    private readonly Consent _consent = new(options);
    private readonly ConcurrentDictionary<string, string> _requiredClaims = new(ResourceComparer.Instance);

    /// <summary>Sets the claims that an API requires; <see langword="null"/> for none.</summary>
    internal void RequireClaims(string resource, string? claims)
    {
        if (claims is null)
        {
            _requiredClaims.TryRemove(resource, out _);
        }
        else
        {
            _requiredClaims[resource] = claims;
        }
    }

    internal async Task<FakeAadResponse> HandleAsync(FakeAadRequest request)
    {
        RequireForm(request);
        string grantType = RequireParameter(request, "grant_type");
        string clientId = await _clients.AuthenticateAsync(request, new Uri(baseUri, request.Path)).ConfigureAwait(false);
        IReadOnlyList<string> requested = RequestedScopes.Of(request);
        RequestedClaims claims = RequestedClaims.Parse(request.Form.GetValueOrDefault("claims"));
        PresentedGrant grant = grantType switch
        {
            "authorization_code" => new PresentedGrant.AuthorizationCode(
                RequireParameter(request, "code"), clientId, request.TenantId, request.Form.GetValueOrDefault("redirect_uri"), request.Form.GetValueOrDefault("code_verifier")),
            "refresh_token" => new PresentedGrant.RefreshToken(RequireParameter(request, "refresh_token"), clientId),
            _ => throw new AadErrorException(AadErrors.UnsupportedGrantType),
        };

        // All checks of the request come before the grant is redeemed.
        SignInSession session = grants.Find(grant);
        CheckOrigin(request, session);
        RequestedScopes scopes = requested.Count > 0 ? RequestedScopes.ForToken(requested) : RequestedScopes.OfFirstResource(session.Request.Scopes);
        CheckClaims(scopes, session);
        IReadOnlyList<string> consented = _consent.Grant(scopes, session);
        IReadOnlyList<string> granted = options.GrantScopes?.Invoke(consented) ?? consented;

        // The scopes of the authorize request apply to the code without being repeated.
        string[] effective = grant is PresentedGrant.AuthorizationCode || requested.Count == 0 ? [.. requested, .. session.Request.Scopes] : [.. requested];
        string? refreshToken = grants.Redeem(grant, effective.Contains(RequestedScopes.OfflineAccess));
        string? nonce = grant is PresentedGrant.AuthorizationCode ? session.Request.Nonce : null;
        string? idToken = effective.Contains(RequestedScopes.OpenId) ? tokens.IdToken(session, request.TenantId, effective.Contains(RequestedScopes.Profile), nonce) : null;
        return FakeAadResponse.Json(200, ToJson(request, session, scopes.Resource, granted, claims, refreshToken, idToken).ToJsonString());
    }

    private JsonObject ToJson(
        FakeAadRequest request, SignInSession session, string resource, IReadOnlyList<string> granted, RequestedClaims claims, string? refreshToken, string? idToken)
    {
        TimeSpan lifetime = (claims.HasCaeCapability ? options.CaeAccessTokenLifetime : null) ?? options.AccessTokenLifetime;
        long seconds = (long)lifetime.TotalSeconds;
        var json = new JsonObject
        {
            ["token_type"] = "Bearer",
            // Entra ID leaves openid, profile and offline_access out.
            ["scope"] = string.Join(' ', granted),
            ["expires_in"] = options.ExpiresInAsString ? seconds.ToString(CultureInfo.InvariantCulture) : seconds,
            ["ext_expires_in"] = seconds,
            ["access_token"] = tokens.AccessToken(session, request.TenantId, resource, granted, claims, lifetime),
        };
        if (request.IsVersion1)
        {
            json["resource"] = resource;
            json["expires_in"] = seconds.ToString(CultureInfo.InvariantCulture);
            json["expires_on"] = (options.TimeProvider.GetUtcNow() + lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }

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
            throw new AadErrorException(AadErrors.MalformedRequest);
        }
    }

    private void CheckClaims(RequestedScopes scopes, SignInSession session)
    {
        if (_requiredClaims.TryGetValue(scopes.Resource, out string? required) && !session.Claims.Satisfies(RequestedClaims.Parse(required)))
        {
            throw new AadErrorException(AadErrors.InteractionRequired(required));
        }
    }

    private void CheckOrigin(FakeAadRequest request, SignInSession session)
    {
        bool isSinglePage = options.SinglePageRedirectUris.Any(uri => uri.OriginalString == session.Request.RedirectUri);
        bool hasOrigin = request.Headers.ContainsKey("Origin");
        if (isSinglePage != hasOrigin)
        {
            throw new AadErrorException(hasOrigin ? AadErrors.CrossOrigin : AadErrors.NotCrossOrigin);
        }
    }

    private static string RequireParameter(FakeAadRequest request, string name) =>
        request.Form.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw new AadErrorException(AadErrors.MissingParameter(name));
}
