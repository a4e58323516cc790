using AuthCode.Testing;
using AuthCode.Tests.Scenarios.Farm;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What nobody may read in a log or on a page.</summary>
internal sealed class LeakTests
{
    [Test]
    public async Task No_log_page_or_cookie_has_a_code_a_token_or_the_key_of_a_session()
    {
        using FakeAad aad = App.StartAad();
        var log = new RecordingProvider();
        List<string> secrets = [aad.ClientSecret!];
        var store = new MemoryStore();
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Store = store;
            settings.Services = services => services.AddSingleton<ILoggerProvider>(log);
            settings.Map = app => app.MapGet("/secrets", async (HttpContext context, CancellationToken _) =>
            {
                secrets.Add(context.User.GetSessionKey()!);
#pragma warning disable AUTHCODE002 // The test looks for the token everywhere.
                secrets.Add((await context.GetUserTokenAsync(App.Vault)).Token);
#pragma warning restore AUTHCODE002
                throw new AuthenticationFailedException("The user must consent.") { IsSignInRequired = true, Scopes = [App.Vault] };
            }).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();
        List<Reply> seen = [];

        Reply challenge = await browser.StepAsync("/secrets");
        Reply response = await browser.StepAsync(challenge.Location!.AbsoluteUri);
        string code = QueryHelpers.ParseQuery(response.Location!.Query)["code"].ToString();
        seen.Add(challenge);
        seen.Add(await browser.StepAsync(response.Location.AbsoluteUri));
        seen.Add(await browser.StepAsync("/secrets"));
        seen.Add(await browser.FetchAsync("/secrets"));
        seen.Add(await browser.StepAsync(response.Location.AbsoluteUri));
        store.IsDown = true;
        seen.Add(await browser.StepAsync("/signout"));
        secrets.Add(code);

        Assert.That(secrets, Has.Count.GreaterThanOrEqualTo(6).And.All.Not.Empty);
        Assert.That(log.Lines, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (string secret in secrets)
            {
                Assert.That(log.Lines.Where(line => line.Contains(secret, StringComparison.Ordinal)), Is.Empty);
                Assert.That(seen.SelectMany(static reply => reply.SetCookies.Append(reply.Body)).Where(text => text.Contains(secret, StringComparison.Ordinal)), Is.Empty);
            }
        });
    }

    [Test]
    public async Task No_log_has_the_words_of_the_server_which_can_name_the_user()
    {
        const string User = "carol@contoso.example";
        using FakeAad aad = App.StartAad();
        var log = new RecordingProvider();
        await using App app = await App.StartAsync(aad, settings =>
        {
            settings.Services = services => services.AddSingleton<ILoggerProvider>(log);
            settings.Map = app => app.MapGet("/never", static () => Task.FromException(new AuthenticationFailedException($"The server says: {User} must consent.") { IsSignInRequired = true, Scopes = [App.Vault] })).RequireAuthorization();
        });
        using Browser browser = app.NewBrowser();

        Reply page = await browser.GoAsync("/never");

        Assert.That(page.Status, Is.EqualTo(System.Net.HttpStatusCode.Forbidden));
        Assert.That(log.Lines, Has.Some.Contains("not sent there once more").And.None.Contains(User));
    }
}
