using System.Net;
using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;
using AuthCode.Testing.Identity;

namespace AuthCode.Testing.Endpoints;

/// <summary>The authorize endpoint (RFC 6749 section 4.1.1): the user signs in and consents at once, and the browser is sent back with a code.</summary>
internal sealed class AuthorizeEndpoint(FakeAadOptions options, GrantStore grants, TokenIssuer tokens)
{
    internal HttpAnswer Answer(FakeAadRequest request)
    {
        string? clientId = request.Form.GetValueOrDefault("client_id");
        string? redirectUri = request.Form.GetValueOrDefault("redirect_uri");

        // Whoever cannot be sure where the browser should go must not send it anywhere (RFC 6749 section 4.1.2.1).
        if (clientId != options.ClientId)
        {
            throw new AadException(AadErrors.UnknownClient(clientId, request.TenantId));
        }

        if (redirectUri is not null && !options.RedirectUris.Any(registered => registered.OriginalString == redirectUri))
        {
            throw new AadException(AadErrors.UnregisteredRedirect(redirectUri));
        }

        string target = redirectUri ?? options.RedirectUris[0].OriginalString;
        List<KeyValuePair<string, string>> parameters = ErrorOf(request) is { } error
            ? [new("error", error.Error), new("error_description", AadErrorPage.Describe(error))]
            : [new("code", grants.IssueCode(SessionOf(request, clientId, redirectUri))), new("session_state", RandomId.NewGuid().ToString())];
        if (request.Form.GetValueOrDefault("state") is { } state)
        {
            parameters.Add(new("state", state));
        }

        if (options.SendIssuer)
        {
            parameters.Add(new("iss", tokens.IssuerOf(request.TenantId)));
        }

        return request.Form.GetValueOrDefault("response_mode") == "form_post" ? FormPost(target, parameters) : Redirect(target, parameters);
    }

    private AadError? ErrorOf(FakeAadRequest request)
    {
        if (options.AuthorizeError is { } configured)
        {
            return new AadError(configured, 65004, "User declined to consent to access the app.");
        }

        if (request.Form.GetValueOrDefault("response_type") != "code")
        {
            return new AadError("unsupported_response_type", 700054, "response_type is not enabled for the application.");
        }

        string? method = request.Form.GetValueOrDefault("code_challenge_method");
        if (method is not (null or "S256" or "plain"))
        {
            return new AadError("invalid_request", 501491, "Invalid value for code_challenge_method.");
        }

        try
        {
            AskedScopes.Parse(request.Form.GetValueOrDefault("scope"));
            return null;
        }
        catch (AadException e)
        {
            return e.Error;
        }
    }

    private Session SessionOf(FakeAadRequest request, string clientId, string? redirectUri) => new(
        new FakeAadCodeRequest
        {
            Scopes = request.Scopes,
            ClientId = clientId,
            RedirectUri = redirectUri,
            CodeChallenge = request.Form.GetValueOrDefault("code_challenge"),
            // RFC 7636 section 4.3: plain when the method is not given.
            CodeChallengeMethod = request.Form.GetValueOrDefault("code_challenge_method") ?? "plain",
            Nonce = request.Form.GetValueOrDefault("nonce"),
        },
        clientId,
        options.User);

    private static HttpAnswer Redirect(string target, List<KeyValuePair<string, string>> parameters)
    {
        string query = string.Join('&', parameters.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        return HttpAnswer.Redirect(302, $"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}");
    }

    private static HttpAnswer FormPost(string target, List<KeyValuePair<string, string>> parameters)
    {
        string fields = string.Concat(parameters.Select(static pair => $"<input type=\"hidden\" name=\"{pair.Key}\" value=\"{WebUtility.HtmlEncode(pair.Value)}\" />"));
        string page = $"<html><body onload=\"document.forms[0].submit()\"><form method=\"post\" action=\"{WebUtility.HtmlEncode(target)}\">{fields}</form></body></html>";
        return HttpAnswer.Of(200, page, "text/html; charset=utf-8");
    }
}
