using System.Web;

namespace QuickStart;

/// <summary>Goes to the authorize URL as a browser would, and comes back with what the redirect carries.</summary>
internal static class Browser
{
    internal static async Task<string> SignInAsync(Uri authorizeUri, string expectedState)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler);
        using HttpResponseMessage answer = await http.GetAsync(authorizeUri);
        Uri redirect = answer.Headers.Location ?? throw new InvalidOperationException($"No redirect, but HTTP {(int)answer.StatusCode}.");
        return CodeOf(redirect, expectedState);
    }

    /// <summary>The code of a redirect that belongs to the sign-in with this state.</summary>
    internal static string CodeOf(Uri redirect, string expectedState)
    {
        System.Collections.Specialized.NameValueCollection parameters = HttpUtility.ParseQueryString(redirect.Query);
        if (parameters["state"] != expectedState)
        {
            throw new InvalidOperationException("The redirect belongs to another sign-in.");
        }

        return parameters["code"] ?? throw new InvalidOperationException($"No code, but {parameters["error"]}: {parameters["error_description"]}");
    }
}
