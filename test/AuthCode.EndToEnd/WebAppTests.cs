using AuthCode.Testing;

namespace AuthCode.EndToEnd;

/// <summary>The sample docs/samples/WebApp, used by a user in a real browser.</summary>
internal sealed class WebAppTests : IDisposable
{
    private const string Sample = "WebApp";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("webapp");

    public void Dispose() => _home.Delete(recursive: true);

    [Test]
    public async Task A_user_signs_in_sees_the_token_of_the_page_and_signs_out()
    {
        string light = Path.Combine(TestContext.CurrentContext.WorkDirectory, "webapp.png");
        await using SampleProcess app = await StartAsync();

        await Browser.PlayAsync("use the web app", app.OnLocalhost, light);

        TestContext.AddTestAttachment(light, "the page of a user who is signed in");
        Assert.That(await app.StopAsync(), Does.Not.Contain("code="), "no code stands in the log");
    }

    [TestCase("deep link", TestName = "A deep link with its query is where the user is after the sign-in")]
    [TestCase("two tabs", TestName = "Two tabs sign in at once, and both come to their pages")]
    [TestCase("double click", TestName = "A sign-in that is clicked twice, and a callback that arrives twice at once, sign the user in once")]
    [TestCase("back button", TestName = "A callback out of the history, and the server's page after the back button, end in a page with a way on")]
    [TestCase("abandoned", TestName = "After thirty sign-ins that were abandoned, the browser has few cookies, and the next sign-in works")]
    [TestCase("sign out in one tab", TestName = "A sign-out in one tab is one in the other tab")]
    [TestCase("consent", TestName = "A second API asks for consent when it is first needed, and the user is back at its page")]
    [TestCase("step-up", TestName = "An API that wants a second factor gets it, and the user is back at its page with the query")]
    [TestCase("script", TestName = "A script is told where its user consents, and the user comes back to the page of the script")]
    [TestCase("step-up cancelled", TestName = "A user who cancels the step-up keeps the session")]
    public async Task In_the_browser(string scene)
    {
        await using SampleProcess app = await StartAsync();

        await Browser.PlayAsync(scene, app.OnLocalhost);
    }

    [Test]
    public async Task A_user_whose_session_was_lost_in_a_restart_signs_in_again_and_is_back_at_the_page()
    {
        await using SampleProcess app = await StartAsync();
        await using SampleProcess restarted = await StartAsync();

        await Browser.PlayAsync("lost session", app.OnLocalhost, restarted.OnLocalhost);
    }

    [Test]
    public async Task A_user_who_signs_out_at_the_server_is_signed_out_by_a_frame_to_which_the_browser_sends_no_cookie()
    {
        using FakeAad aad = FakeAad.Start(static options =>
        {
            options.ShowSignInPage = true;
            options.RedirectUris = [new("http://localhost/signin-oidc")];
            options.ServerSessionId = WebAppSettings.ServerSession;
        });
        await using SampleProcess app = await StartAsync(WebAppSettings.Of(aad));

        await Browser.PlayAsync("sign out at the server", app.OnLocalhost, WebAppSettings.FrontChannelLogout(app.OnLocalhost, aad));
    }

    [Test]
    public void No_MSAL_is_in_its_output_folder() => Assert.Multiple(() =>
    {
        Assert.That(Directory.EnumerateFiles(SampleProcess.OutputOf(Sample), "Microsoft.Identity.Client*", SearchOption.AllDirectories), Is.Empty);
        Assert.That(File.ReadAllText(Path.Combine(SampleProcess.OutputOf(Sample), $"{Sample}.deps.json")), Does.Contain("Azure.Core/").And.Not.Contain("Microsoft.Identity.Client"));
    });

    private async Task<SampleProcess> StartAsync(params string[] settings)
    {
        Browser.Require();
        return await SampleProcess.StartAsync(Sample, _home.FullName, settings);
    }
}
