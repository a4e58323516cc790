using AuthCode.Testing;

namespace AuthCode.EndToEnd;

/// <summary>The sample docs/samples/WebApp on two instances behind a proxy, used by a user in a real browser.</summary>
internal sealed class WebAppFarmTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("webapp");

    public void Dispose() => _home.Delete(recursive: true);

    [Test]
    public async Task A_sign_in_that_begins_at_one_instance_ends_at_the_other_and_both_serve_the_user_with_one_token()
    {
        await using WebAppFarm farm = await StartAsync();

        await Browser.PlayAsync("farm: sign in", farm.Address);

        Assert.That(farm.Aad.TokenRequests.Select(static request => request.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token" }), "one code, one token for the vault");
    }

    [Test]
    public async Task A_user_stays_signed_in_when_an_instance_is_killed_and_when_it_comes_back()
    {
        await using WebAppFarm farm = await StartAsync();

        await Browser.PlayAsync("farm: kill", farm.Address);

        Assert.That(farm.Aad.TokenRequests.Select(static request => request.GrantType), Is.EqualTo(new[] { "authorization_code", "refresh_token" }), "the instance that came back took the token from the store");
    }

    [Test]
    public async Task A_sign_out_at_one_instance_is_one_at_the_other()
    {
        await using WebAppFarm farm = await StartAsync();

        await Browser.PlayAsync("farm: sign out", farm.Address);
    }

    [Test]
    public async Task A_sign_out_at_the_server_that_one_instance_is_told_of_is_one_at_the_other()
    {
        await using WebAppFarm farm = await StartAsync();

        await Browser.PlayAsync("farm: sign out at the server", farm.Address, WebAppSettings.FrontChannelLogout(farm.Address, farm.Aad));
    }

    [Test]
    public async Task Without_forwarded_headers_the_server_refuses_the_redirect_URI_by_AADSTS50011_as_the_page_of_troubleshooting_says()
    {
        using FakeAad aad = FakeAad.Start();
        await using SampleProcess app = await SampleProcess.StartAsync("WebApp", _home.FullName, WebAppSettings.Of(aad));
        await using RoundRobinProxy proxy = await RoundRobinProxy.StartAsync(new Dictionary<string, Uri> { ["one"] = app.Address }, static _ => Task.CompletedTask);
        aad.Options.RedirectUris = [new Uri(proxy.Address, "signin-oidc")];
        using HttpClient browser = proxy.CreateClient();

        using HttpResponseMessage challenge = await browser.GetAsync(new Uri(proxy.Address, "vault"));
        using HttpResponseMessage refusal = await browser.GetAsync(challenge.Headers.Location);

        Assert.That(await BodyText.OfAsync(refusal.Content), Does.Contain("AADSTS50011").And.Contain($"http://localhost:{proxy.Address.Port}/signin-oidc"));
    }

    private static async Task<WebAppFarm> StartAsync()
    {
        Browser.Require();
        return await WebAppFarm.StartAsync();
    }
}
