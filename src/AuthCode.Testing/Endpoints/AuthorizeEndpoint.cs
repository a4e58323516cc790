using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identifiers;
using AuthCode.Testing.Tokens;

namespace AuthCode.Testing.Endpoints;

/// <summary>The authorize endpoint (RFC 6749 section 4.1.1). The user signs in and consents, with or without a page, and the browser returns to the app with a code.</summary>
internal sealed class AuthorizeEndpoint(FakeAadOptions options, GrantStore grants, TokenIssuer tokens)
{
    private const string Query = "query";
    private const string Fragment = "fragment";
    private const string FormPost = "form_post";

    internal static IReadOnlyList<string> ResponseModes { get; } = [Query, Fragment, FormPost];

    internal FakeAadResponse Handle(FakeAadRequest request)
    {
        string? clientId = request.Form.GetValueOrDefault("client_id");
        string? redirectUri = request.Form.GetValueOrDefault("redirect_uri");

        // Without a valid client and redirect URI, the browser must not be redirected (RFC 6749 section 4.1.2.1).
        if (request.HasRepeatedParameters)
        {
            throw new AadErrorException(AadErrors.MalformedRequest);
        }

        if (!string.Equals(clientId, options.ClientId, StringComparison.OrdinalIgnoreCase))
        {
            throw new AadErrorException(AadErrors.UnknownClient(clientId, request.TenantId));
        }

        if (redirectUri is not null && !options.RedirectUris.Any(registered => RedirectUriRules.Matches(registered, redirectUri)))
        {
            throw new AadErrorException(AadErrors.UnregisteredRedirectUri(redirectUri));
        }

        AadError? error = ErrorOf(request);
        if (error is null && options.ShowSignInPage && !SignInPage.HasSignedIn(request))
        {
            // With prompt=none, no page may be shown (OpenID Connect Core section 3.1.2.1).
            bool mayShowPage = request.Form.GetValueOrDefault("prompt") != "none";
            if (mayShowPage && !SignInPage.HasCancelled(request))
            {
                return SignInPage.For(request, options.User, options.ClientId);
            }

            error = mayShowPage ? AadErrors.UserDeclined : AadErrors.LoginRequired;
        }

        string target = redirectUri ?? options.RedirectUris[0].OriginalString;
        List<KeyValuePair<string, string>> parameters = error is not null
            ? [new("error", error.Error), new("error_description", error.Description)]
            : [new("code", grants.IssueCode(SessionOf(request, options.ClientId, redirectUri))), new("session_state", RandomId.NewGuid().ToString())];
        if (request.Form.GetValueOrDefault("state") is { } state)
        {
            parameters.Add(new("state", state));
        }

        if (options.SendIssuer)
        {
            parameters.Add(new("iss", tokens.IssuerOf(request.TenantId)));
        }

        return ModeOf(request) switch
        {
            FormPost => Page(target, parameters),
            Fragment => Redirect(target, '#', parameters),
            _ => Redirect(target, target.Contains('?', StringComparison.Ordinal) ? '&' : '?', parameters),
        };
    }

    private AadError? ErrorOf(FakeAadRequest request)
    {
        if (options.AuthorizeError is { } configured)
        {
            return AadErrors.UserDeclined with { Error = configured };
        }

        if (request.Form.GetValueOrDefault("response_type") != "code")
        {
            return AadErrors.UnsupportedResponseType;
        }

        if (!ResponseModes.Contains(ModeOf(request)))
        {
            return AadErrors.UnsupportedResponseMode;
        }

        string? challenge = request.Form.GetValueOrDefault("code_challenge");
        if (request.Form.GetValueOrDefault("code_challenge_method") is not (null or "S256" or "plain") || (challenge is not null && !Pkce.IsWellFormed(challenge)))
        {
            return AadErrors.MalformedCodeChallenge;
        }

        try
        {
            // Unlike a token request, an authorize request may have scopes of several APIs.
            IReadOnlyList<string> scopes = RequestedScopes.Of(request);
            RequestedScopes.Parse(scopes);
            RequestedClaims.Parse(request.Form.GetValueOrDefault("claims"));
            return scopes.Count == 0 ? AadErrors.InvalidScope : null;
        }
        catch (AadErrorException e)
        {
            return e.Error;
        }
    }

    private SignInSession SessionOf(FakeAadRequest request, string clientId, string? redirectUri) => new(
        new FakeAadCodeRequest
        {
            Scopes = RequestedScopes.Of(request),
            ClientId = clientId,
            RedirectUri = redirectUri,
            CodeChallenge = request.Form.GetValueOrDefault("code_challenge"),
            // The default method is plain (RFC 7636 section 4.3).
            CodeChallengeMethod = request.Form.GetValueOrDefault("code_challenge_method") ?? "plain",
            Nonce = request.Form.GetValueOrDefault("nonce"),
            Claims = request.Form.GetValueOrDefault("claims"),
        },
        clientId,
        request.TenantId,
        options.User);

    private static string ModeOf(FakeAadRequest request) => request.Form.GetValueOrDefault("response_mode") ?? Query;

    private static FakeAadResponse Redirect(string target, char separator, List<KeyValuePair<string, string>> parameters)
    {
        string encoded = string.Join('&', parameters.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        return FakeAadResponse.Redirect(302, $"{target}{separator}{encoded}");
    }

    private static FakeAadResponse Page(string target, List<KeyValuePair<string, string>> parameters)
    {
        string fields = string.Concat(parameters.Select(static pair => HtmlPage.HiddenField(pair.Key, pair.Value)));
        string page = $"<html><body onload=\"document.forms[0].submit()\"><form method=\"post\" action=\"{HtmlPage.Encode(target)}\">{fields}</form></body></html>";
        return FakeAadResponse.Of(200, page, "text/html; charset=utf-8");
    }
}
