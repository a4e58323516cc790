namespace AuthCode.Testing.Errors;

/// <summary>The errors with which the fake refuses a request. See https://learn.microsoft.com/entra/identity-platform/reference-error-codes.</summary>
internal static class AadErrors
{
    internal static readonly AadError MalformedRequest = new("invalid_request", 9002313, "Invalid request. Request is malformed or invalid.");

    internal static readonly AadError UnsupportedGrantType = new("unsupported_grant_type", 70003, "The app requested an unsupported grant type.");

    internal static readonly AadError UnsupportedResponseType = new("unsupported_response_type", 700054, "response_type is not enabled for the application.");

    internal static readonly AadError UnsupportedResponseMode = new("invalid_request", 90023, "The response_mode is not supported.");

    internal static readonly AadError UserDeclined = new("access_denied", 65004, "User declined to consent to access the app.");

    internal static readonly AadError LoginRequired = new("login_required", 50058, "Session information is not sufficient for single-sign-on.");

    internal static readonly AadError MalformedCodeChallenge = new("invalid_request", 501491, "The code_challenge or its method is not valid.");

    internal static readonly AadError InvalidScope = new("invalid_scope", 70011, "The provided request must include a 'scope' input parameter whose values are valid scopes.");

    internal static readonly AadError MultipleResources = new("invalid_request", 28000, "Provided value for the input parameter scope is not valid because it contains more than one resource.");

    internal static readonly AadError MalformedClaims = new("invalid_request", 9002313, "Invalid request. The claims parameter is not a JSON object.");

    internal static readonly AadError InvalidClientSecret = new("invalid_client", 7000215, "Invalid client secret provided.") { StatusCode = 401 };

    internal static readonly AadError MissingClientAuthentication =
        new("invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.") { StatusCode = 401 };

    internal static readonly AadError PublicClientWithSecret =
        new("invalid_client", 700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.") { StatusCode = 401 };

    internal static readonly AadError InvalidClientAssertion = new("invalid_client", 700027, "Client assertion failed signature validation.") { StatusCode = 401 };

    internal static readonly AadError AssertionOutOfTime =
        new("invalid_client", 700024, "Client assertion is not within its valid time range.") { StatusCode = 401 };

    internal static readonly AadError CrossOrigin =
        new("invalid_request", 9002326, "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.");

    internal static readonly AadError NotCrossOrigin =
        new("invalid_request", 9002327, "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.");

    internal static readonly AadError UnknownCode = new("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.");

    internal static readonly AadError ExpiredCode = new("invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity.");

    internal static readonly AadError CodeAlreadyRedeemed = new("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed, please retry with a new valid code.");

    internal static readonly AadError GrantOfAnotherClient = new("invalid_grant", 700007, "The grant was issued for a different client id.");

    internal static readonly AadError CodeOfAnotherTenant = new("invalid_grant", 700005, "Provided Authorization Code is intended to use against other tenant, thus rejected.");

    internal static readonly AadError RedirectUriMismatch = new("invalid_grant", 500112, "The reply address does not match the reply address provided when requesting the authorization code.");

    internal static readonly AadError CodeVerifierMismatch = new("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.");

    internal static readonly AadError UnknownRefreshToken = new("invalid_grant", 9002313, "The refresh token is malformed or was not issued by this authority.") { SubError = "bad_token" };

    internal static readonly AadError ExpiredRefreshToken = new("invalid_grant", 700082, "The refresh token has expired due to inactivity.") { SubError = "token_expired" };

    internal static readonly AadError RevokedRefreshToken =
        new("invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed.") { SubError = "bad_token" };

    internal static AadError InvalidScopeValue(string scope) => InvalidScope with { Text = $"{InvalidScope.Text} The scope {scope} is not valid." };

    internal static AadError CombinedDefaultScope(string scopes) =>
        InvalidScope with { Text = $"{InvalidScopeValue(scopes).Text} .default scope can't be combined with resource-specific scopes." };

    internal static AadError ConsentRequired(string clientId) => new("invalid_grant", 65001,
        $"The user or administrator has not consented to use the application with ID '{clientId}' named 'Fake app'. Send an interactive authorization request for this user and resource.")
    { SubError = "consent_required" };

    internal static AadError MissingParameter(string name) => new("invalid_request", 900144, $"The request body must contain the following parameter: '{name}'.");

    internal static AadError UnknownTenant(string tenant) => new("invalid_request", 90002, $"Tenant '{tenant}' not found.");

    internal static AadError UnknownClient(string? clientId, string tenant) =>
        new("unauthorized_client", 700016, $"Application with identifier '{clientId}' was not found in the directory '{tenant}'.");

    internal static AadError UnregisteredRedirectUri(string? redirectUri) =>
        new("invalid_request", 50011, $"The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application.");

    internal static AadError InteractionRequired(string claims) => new("interaction_required", 50076,
        "Due to a configuration change made by your administrator, you must use multi-factor authentication.")
    { SubError = "basic_action", Claims = claims };
}
