using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;

namespace AuthCode.Testing.Endpoints;

/// <summary>The sign-out endpoint (OpenID Connect RP-Initiated Logout section 2). It redirects the browser to the app, or shows a page.</summary>
internal sealed class LogoutEndpoint(FakeAadOptions options)
{
    internal FakeAadResponse Handle(FakeAadRequest request)
    {
        if (request.HasRepeatedParameters)
        {
            throw new AadErrorException(AadErrors.MalformedRequest);
        }

        return Uri.TryCreate(request.Form.GetValueOrDefault("post_logout_redirect_uri"), UriKind.Absolute, out Uri? target)
            && options.RedirectUris.Any(registered => RedirectUriRules.HasSameOrigin(registered, target))
            ? FakeAadResponse.Redirect(302, WithState(target, request.Form.GetValueOrDefault("state")))
            : HtmlPage.Of("Signed out", "<p>You have signed out. You may close this window.</p>");
    }

    private static string WithState(Uri target, string? state)
    {
        char separator = target.Query.Length == 0 ? '?' : '&';
        string added = state is null ? "" : $"{separator}state={Uri.EscapeDataString(state)}";
        return $"{target.GetLeftPart(UriPartial.Query)}{added}{target.Fragment}";
    }
}
