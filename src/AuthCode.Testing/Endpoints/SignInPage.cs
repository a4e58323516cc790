using AuthCode.Testing.Http;

namespace AuthCode.Testing.Endpoints;

/// <summary>The page on which a person signs in or cancels. Its form repeats the authorize request and adds the choice.</summary>
internal static class SignInPage
{
    private const string Choice = "fake_aad_choice";
    private const string SignIn = "sign_in";
    private const string Cancel = "cancel";

    internal static bool HasSignedIn(FakeAadRequest request) => ChoiceOf(request) == SignIn;

    internal static bool HasCancelled(FakeAadRequest request) => ChoiceOf(request) == Cancel;

    internal static FakeAadResponse For(FakeAadRequest request, FakeAadUser user, string clientId)
    {
        string fields = string.Concat(request.Parameters
            .Where(static parameter => parameter.Key != Choice)
            .Select(static parameter => HtmlPage.HiddenField(parameter.Key, parameter.Value)));

        // All authorize endpoints end in this segment, so the relative address is that of the current one.
        return HtmlPage.Of("Sign in",
            $"<p><strong>{HtmlPage.Encode(user.Name)}</strong> ({HtmlPage.Encode(user.PreferredUsername)}) signs in to the app <code>{HtmlPage.Encode(clientId)}</code>.</p>\n" +
            $"<form method=\"post\" action=\"authorize\">{fields}\n" +
            $"<button class=\"first\" name=\"{Choice}\" value=\"{SignIn}\">Sign in</button><button name=\"{Choice}\" value=\"{Cancel}\">Cancel</button></form>");
    }

    // A link must not sign a user in, so the choice is read only from a form.
    private static string? ChoiceOf(FakeAadRequest request) => request.Method == "POST" ? request.Form.GetValueOrDefault(Choice) : null;
}
