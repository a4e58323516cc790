using System.Net;
using System.Text.RegularExpressions;

namespace AuthCode.EndToEnd;

/// <summary>A user at the provider's pages: enters a name, consents, and is sent back.</summary>
internal static partial class ProviderPages
{
    private const int MostPages = 12;

    /// <summary>The address that the browser is sent back to.</summary>
    internal static async Task<Uri> WalkAsync(Uri authorizeUrl, string login = "ada")
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true });
        HttpResponseMessage page = await browser.GetAsync(authorizeUrl);
        Uri at = authorizeUrl;
        for (int pages = 0; pages < MostPages; pages++)
        {
            using HttpResponseMessage shown = page;
            if (shown.Headers.Location is { } next)
            {
                at = new Uri(at, next);
                if (at.Host == OidcProvider.RedirectUri.Host)
                {
                    return at;
                }

                page = await browser.GetAsync(at);
                continue;
            }

            string html = await BodyText.OfAsync(shown.Content);
            Match form = Form().Match(html);
            Assert.That(form.Success, Is.True, $"HTTP {(int)shown.StatusCode} {html}");
            var fields = new Dictionary<string, string> { ["prompt"] = Prompt().Match(html).Groups["value"].Value, ["login"] = login, ["password"] = "any" };
            using var content = new FormUrlEncodedContent(fields);
            at = new Uri(at, WebUtility.HtmlDecode(form.Groups["action"].Value));
            page = await browser.PostAsync(at, content);
        }

        throw new InvalidOperationException("The pages have no end.");
    }

    [GeneratedRegex("<form[^>]*action=\"(?<action>[^\"]*)\"")]
    private static partial Regex Form();

    [GeneratedRegex("name=\"prompt\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Prompt();
}
