using System.Net;

namespace AuthCode.EndToEnd;

/// <summary>The sample docs/samples/Minimal, used by a user in a real browser; what a browser would not do is sent without one.</summary>
internal sealed class MinimalTests : IDisposable
{
    private const string Sample = "Minimal";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("minimal");

    public void Dispose() => _home.Delete(recursive: true);

    [Test]
    public async Task A_user_signs_in_sees_the_blobs_and_signs_out()
    {
        string picture = Path.Combine(TestContext.CurrentContext.WorkDirectory, "minimal.png");
        await using SampleProcess app = await StartForBrowserAsync();

        await Browser.PlayAsync("sign in and out", app.Address.AbsoluteUri, picture);

        TestContext.AddTestAttachment(picture, "the page of a user who is signed in");
        Assert.That(await app.StopAsync(), Does.Not.Contain("code="), "no code stands in the log");
    }

    [Test]
    public async Task A_user_who_cancels_gets_a_page_that_says_so()
    {
        await using SampleProcess app = await StartForBrowserAsync();

        await Browser.PlayAsync("cancel", app.Address.AbsoluteUri);
    }

    [Test]
    public async Task A_user_whose_cookie_is_good_but_whose_credential_is_elsewhere_signs_in_again()
    {
        await using SampleProcess app = await StartForBrowserAsync();
        await using SampleProcess another = await SampleProcess.StartAsync(Sample, _home.FullName);

        await Browser.PlayAsync("go on at another process", app.Address.AbsoluteUri, another.Address.AbsoluteUri);
    }

    [Test]
    public async Task A_sign_in_is_kept_in_a_cookie_which_scripts_and_other_sites_cannot_use()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, "signin")));

        string[] cookies = [.. response.Headers.GetValues("Set-Cookie")];
        string cookie = cookies.Single(static cookie => cookie.StartsWith("sign-in.", StringComparison.Ordinal));
        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Found));
            Assert.That(cookie, Does.Contain("; path=/signin-oidc; samesite=lax; httponly").And.Not.Contain("secure"));
            Assert.That(cookies, Has.Length.EqualTo(2).And.Some.Match("^sign-ins=[0-9A-F]{32};"), "beside it is the list of names");
            // "{"v": as base64url, with which the transaction begins when it is not encrypted.
            Assert.That(cookie, Does.Match("^sign-in\\.[0-9A-F]{32}=").And.Not.Contain("=eyJ2"));
        });
    }

    [TestCase("signin-oidc?code=x&state=y", TestName = "A callback without a sign-in is refused")]
    [TestCase("signin-oidc?error=%3Cscript%3E&error_description=%3Cscript%3E&state=y", TestName = "A callback with an error and without a sign-in is refused")]
    public async Task A_callback_is_refused(string callback)
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, callback)));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await TextOf(response), Does.Contain("No sign-in is under way").And.Not.Contain("<script"));
    }

    [Test]
    public async Task A_sign_in_whose_cookie_was_changed_is_refused()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);
        var jar = new CookieContainer();
        using HttpClient browser = BrowserWith(jar);
        Uri authorize = await StartAsync(browser, app);
        jar.SetCookies(new Uri(app.Address, "signin-oidc"), $"{SignInCookies(jar, app).Single().Name}=forged; path=/signin-oidc");

        using HttpResponseMessage response = await browser.GetAsync(await CallbackOf(authorize));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_forged_callback_leaves_the_sign_in_that_is_under_way()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);
        using HttpClient browser = BrowserWith(new CookieContainer());
        Uri authorize = await StartAsync(browser, app);
        Uri callback = await CallbackOf(authorize);

        using HttpResponseMessage forged = await browser.GetAsync(new Uri(app.Address, "signin-oidc?code=x&state=forged"));
        using HttpResponseMessage elsewhere = await browser.GetAsync(new Uri($"{callback}&code=another"));
        using HttpResponseMessage own = await browser.GetAsync(callback);

        Assert.That((forged.StatusCode, elsewhere.StatusCode, own.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task Two_tabs_both_sign_in_and_the_cookies_of_finished_sign_ins_are_gone()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);
        var jar = new CookieContainer();
        using HttpClient browser = BrowserWith(jar);
        Uri first = await StartAsync(browser, app);
        Uri second = await StartAsync(browser, app);

        using HttpResponseMessage one = await browser.GetAsync(await CallbackOf(first));
        using HttpResponseMessage other = await browser.GetAsync(await CallbackOf(second));

        Assert.That((one.StatusCode, other.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.Redirect)));
        Assert.That(SignInCookies(jar, app), Is.Empty);
    }

    [Test]
    public async Task A_browser_keeps_five_sign_ins_at_most()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);
        var jar = new CookieContainer();
        using HttpClient browser = BrowserWith(jar);
        Uri authorize = await StartAsync(browser, app);
        for (int i = 0; i < 7; i++)
        {
            authorize = await StartAsync(browser, app);
        }

        using HttpResponseMessage last = await browser.GetAsync(await CallbackOf(authorize));

        Assert.That((SignInCookies(jar, app).Count, last.StatusCode), Is.EqualTo((4, HttpStatusCode.Redirect)));
    }

    [Test]
    public async Task A_callback_that_arrives_twice_gets_a_page_with_a_way_back()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);
        using HttpClient browser = BrowserWith(new CookieContainer());
        Uri callback = await CallbackOf(await StartAsync(browser, app));

        using HttpResponseMessage first = await browser.GetAsync(callback);
        using HttpResponseMessage second = await browser.GetAsync(callback);

        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Redirect, HttpStatusCode.BadRequest)));
        Assert.That(await TextOf(second), Does.Contain("Start again"));
    }

    [Test]
    public async Task With_form_post_the_cookie_comes_along_from_another_site()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName, "--SignIn:FormPost", "true");

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, "signin")));

        Assert.Multiple(() =>
        {
            Assert.That(response.Headers.GetValues("Set-Cookie"), Has.One.StartsWith("sign-in.").And.Contains("; path=/signin-oidc; secure; samesite=none; httponly"));
            Assert.That(response.Headers.Location!.Query, Does.Contain("response_mode=form_post"));
        });
    }

    [Test]
    public async Task A_sign_out_without_the_pages_token_is_refused()
    {
        await using SampleProcess app = await SampleProcess.StartAsync(Sample, _home.FullName);

        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(app.Address, "signout")));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public void No_MSAL_is_in_its_output_folder() => Assert.Multiple(() =>
    {
        Assert.That(Directory.EnumerateFiles(SampleProcess.OutputOf(Sample), "Microsoft.Identity.Client*", SearchOption.AllDirectories), Is.Empty);
        Assert.That(File.ReadAllText(Path.Combine(SampleProcess.OutputOf(Sample), $"{Sample}.deps.json")), Does.Contain("Azure.Core/").And.Not.Contain("Microsoft.Identity.Client"));
    });

    private static HttpClient BrowserWith(CookieContainer jar) => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = jar });

    private static async Task<Uri> StartAsync(HttpClient browser, SampleProcess app)
    {
        using HttpResponseMessage response = await browser.GetAsync(new Uri(app.Address, "signin"));
        return response.Headers.Location!;
    }

    // The server's page is left out: its form leads to the same callback.
    private static async Task<Uri> CallbackOf(Uri authorize)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using HttpResponseMessage page = await http.GetAsync(authorize);
        string html = await TextOf(page);
        string form = WebUtility.HtmlDecode(html.Split("action=\"")[1].Split('"')[0]);
        using var fields = new FormUrlEncodedContent(html.Split("<input ").Skip(1).Select(static input => KeyValuePair.Create(
            input.Split("name=\"")[1].Split('"')[0], WebUtility.HtmlDecode(input.Split("value=\"")[1].Split('"')[0]))).Append(KeyValuePair.Create("fake_aad_choice", "sign_in")));
        using HttpResponseMessage answer = await http.PostAsync(new Uri(authorize, form), fields);
        return answer.Headers.Location!;
    }

    private static IReadOnlyList<Cookie> SignInCookies(CookieContainer jar, SampleProcess app) =>
        [.. jar.GetCookies(new Uri(app.Address, "signin-oidc")).Where(static cookie => cookie.Name.StartsWith("sign-in.", StringComparison.Ordinal))];

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

    private async Task<SampleProcess> StartForBrowserAsync()
    {
        Browser.Require();
        return await SampleProcess.StartAsync(Sample, _home.FullName);
    }
}
