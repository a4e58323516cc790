using System.Net;

namespace AuthCode.EndToEnd;

/// <summary>The sample docs/samples/WebApp, used by a user in a real browser; what a browser would not do is sent without one.</summary>
internal sealed class WebAppTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("webapp");

    public void Dispose() => _home.Delete(recursive: true);

    [Test]
    public async Task A_user_signs_in_sees_the_blobs_and_signs_out()
    {
        string picture = Path.Combine(TestContext.CurrentContext.WorkDirectory, "webapp.png");
        await using WebAppProcess app = await StartForBrowserAsync();

        await Browser.PlayAsync("sign in and out", app.Address.AbsoluteUri, picture);

        TestContext.AddTestAttachment(picture, "the page of a user who is signed in");
        Assert.That(await app.StopAsync(), Does.Not.Contain("code="), "no code stands in the log");
    }

    [Test]
    public async Task A_user_who_cancels_gets_a_page_that_says_so()
    {
        await using WebAppProcess app = await StartForBrowserAsync();

        await Browser.PlayAsync("cancel", app.Address.AbsoluteUri);
    }

    [Test]
    public async Task A_user_whose_cookie_is_good_but_whose_credential_is_elsewhere_signs_in_again()
    {
        await using WebAppProcess app = await StartForBrowserAsync();
        await using WebAppProcess another = await WebAppProcess.StartAsync(_home.FullName);

        await Browser.PlayAsync("go on at another process", app.Address.AbsoluteUri, another.Address.AbsoluteUri);
    }

    [Test]
    public async Task A_sign_in_is_kept_in_a_cookie_for_the_callback_alone_which_scripts_and_other_sites_cannot_use()
    {
        await using WebAppProcess app = await WebAppProcess.StartAsync(_home.FullName);

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, "signin")));

        string cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Found));
            Assert.That(cookie, Does.Contain("; path=/signin-oidc; samesite=lax; httponly").And.Not.Contain("secure"));
            // "{"v": as base64url, with which the transaction begins when it is not encrypted.
            Assert.That(cookie, Does.StartWith("sign-in=").And.Not.StartWith("sign-in=eyJ2"));
        });
    }

    [TestCase("signin-oidc?code=x&state=y", TestName = "A callback without a sign-in is refused")]
    [TestCase("signin-oidc?error=%3Cscript%3E&error_description=%3Cscript%3E&state=y", TestName = "A callback with an error and without a sign-in is refused")]
    public async Task A_callback_is_refused(string callback)
    {
        await using WebAppProcess app = await WebAppProcess.StartAsync(_home.FullName);

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, callback)));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await TextOf(response), Does.Contain("No sign-in is under way").And.Not.Contain("<script"));
    }

    [Test]
    public async Task A_sign_in_whose_cookie_was_changed_is_refused()
    {
        await using WebAppProcess app = await WebAppProcess.StartAsync(_home.FullName);

        using HttpResponseMessage response = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, "signin-oidc?code=x&state=y")) { Headers = { { "Cookie", "sign-in=forged" } } });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(response.Headers.GetValues("Set-Cookie").Single(), Does.StartWith("sign-in=; expires="));
    }

    [Test]
    public async Task A_sign_out_without_the_pages_token_is_refused()
    {
        await using WebAppProcess app = await WebAppProcess.StartAsync(_home.FullName);

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(app.Address, "signout")));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public void No_MSAL_is_in_its_output_folder() => Assert.Multiple(() =>
    {
        Assert.That(Directory.EnumerateFiles(WebAppProcess.Output, "Microsoft.Identity.Client*", SearchOption.AllDirectories), Is.Empty);
        Assert.That(File.ReadAllText(Path.Combine(WebAppProcess.Output, "WebApp.deps.json")), Does.Contain("Azure.Core/").And.Not.Contain("Microsoft.Identity.Client"));
    });

    private static async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using (request)
        {
            return await http.SendAsync(request);
        }
    }

    private static async Task<string> TextOf(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        return await reader.ReadToEndAsync();
    }

    private async Task<WebAppProcess> StartForBrowserAsync()
    {
        Browser.Require();
        return await WebAppProcess.StartAsync(_home.FullName);
    }
}
