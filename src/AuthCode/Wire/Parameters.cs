namespace AuthCode;

/// <summary>The names on the wire (RFC 6749 appendix A, RFC 7636, RFC 7521, OpenID Connect, Entra ID), and nothing else.</summary>
internal static class Parameters
{
    internal const string GrantType = "grant_type";
    internal const string ClientId = "client_id";
    internal const string ClientSecret = "client_secret";
    internal const string ClientAssertion = "client_assertion";
    internal const string ClientAssertionType = "client_assertion_type";
    internal const string Code = "code";
    internal const string CodeVerifier = "code_verifier";
    internal const string RedirectUri = "redirect_uri";
    internal const string RefreshToken = "refresh_token";
    internal const string Scope = "scope";
    internal const string Claims = "claims";
    internal const string ClientInfo = "client_info";

    internal const string ResponseType = "response_type";
    internal const string ResponseMode = "response_mode";
    internal const string Query = "query";
    internal const string FormPost = "form_post";
    internal const string State = "state";
    internal const string Nonce = "nonce";
    internal const string CodeChallenge = "code_challenge";
    internal const string CodeChallengeMethod = "code_challenge_method";
    internal const string S256 = "S256";
    internal const string Prompt = "prompt";
    internal const string LoginHint = "login_hint";
    internal const string DomainHint = "domain_hint";
    internal const string Issuer = "iss";

    internal const string AuthorizationCodeType = "authorization_code";
    internal const string JwtBearerAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    internal const string AccessToken = "access_token";
    internal const string IdToken = "id_token";
    internal const string TokenType = "token_type";
    internal const string ExpiresIn = "expires_in";
    internal const string RefreshIn = "refresh_in";
    internal const string Bearer = "Bearer";
    internal const string DPoP = "DPoP";

    internal const string Resource = "resource";
    internal const string MaxAge = "max_age";
    internal const string AcrValues = "acr_values";
    internal const string ProofKeyThumbprint = "dpop_jkt";
    internal const string Request = "request";
    internal const string RequestUri = "request_uri";
    internal const string Token = "token";
    internal const string TokenTypeHint = "token_type_hint";
    internal const string PostLogoutRedirectUri = "post_logout_redirect_uri";
    internal const string IdTokenHint = "id_token_hint";
    internal const string LogoutHint = "logout_hint";

    internal const string Error = "error";
    internal const string ErrorDescription = "error_description";
    internal const string ErrorUri = "error_uri";
    internal const string ErrorCodes = "error_codes";
    internal const string SubError = "suberror";
    internal const string TraceId = "trace_id";
    internal const string CorrelationId = "correlation_id";
    internal const string Timestamp = "timestamp";

    internal const string InvalidGrant = "invalid_grant";
    internal const string InvalidClient = "invalid_client";
    internal const string UnauthorizedClient = "unauthorized_client";
    internal const string InvalidScope = "invalid_scope";
    internal const string InvalidResource = "invalid_resource";
    internal const string InvalidTarget = "invalid_target";
    internal const string InteractionRequired = "interaction_required";
    internal const string ConsentRequired = "consent_required";
    internal const string LoginRequired = "login_required";
    internal const string TemporarilyUnavailable = "temporarily_unavailable";

    internal const string OpenId = "openid";
    internal const string Profile = "profile";
    internal const string OfflineAccess = "offline_access";
    internal const string Email = "email";
    internal const string Address = "address";
    internal const string Phone = "phone";

    /// <summary>What a sign-in at Entra ID asks for beside an API's scopes: who the user is, and a refresh token.</summary>
    internal static readonly string[] SignInScopes = [OpenId, Profile, OfflineAccess];

    /// <summary>Scopes that ask for a kind of token and not for access to an API: they say nothing about what an access token can do.</summary>
    internal static bool IsReservedScope(string? scope) => scope is OpenId or Profile or OfflineAccess;

    /// <summary>The scopes that OpenID Connect Core defines (sections 5.4 and 11): none of them is an API's.</summary>
    internal static bool IsOpenIdScope(string scope) => IsReservedScope(scope) || scope is Email or Address or Phone;
}
