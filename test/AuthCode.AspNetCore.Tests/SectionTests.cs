using AuthCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What the handler reads from the section of its client, by the same rules as the client.</summary>
internal sealed class SectionTests
{
    [TestCase("CallbackPath")]
    [TestCase("SignedOutCallbackPath")]
    [TestCase("RemoteSignOutPath")]
    [TestCase("BackchannelLogoutPath")]
    public async Task A_path_of_spaces_is_none(string key)
    {
        AuthCodeOptions options = await ReadAsync((key, " ")), standard = await ReadAsync();

        Assert.That(PathsOf(options), Is.EqualTo(PathsOf(standard)));
    }

    [TestCase("Scopes", " ")]
    [TestCase("Scopes", "")]
    [TestCase("Scope", " ")]
    public async Task Text_of_spaces_hides_no_entries(string key, string text)
    {
        AuthCodeOptions options = await ReadAsync((key, text), ($"{key}:0", App.Vault));

        Assert.That(options.Scopes, Is.EqualTo(new[] { App.Vault }));
    }

    [TestCase("Issuer")]
    [TestCase("MetadataAddress")]
    public void Spaces_in_place_of_another_provider_are_none(string key)
    {
        using FakeAad aad = App.StartAad();

        Assert.That(async () => await (await App.StartAsync(aad, settings => settings.Configuration[$"AzureAd:{key}"] = " ")).DisposeAsync(), Throws.Nothing);
    }

    [Test]
    public void A_path_without_a_slash_is_told_with_the_other_problems()
    {
        using FakeAad aad = App.StartAad();

        Assert.That(
            () => App.StartAsync(aad, static settings => (settings.Configuration["AzureAd:CallbackPath"], settings.Configuration["AzureAd:ClientId"]) = ("signin", null)),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("AzureAd:CallbackPath is no path").And.Message.Contains("AzureAd:ClientId is missing").And.Message.Not.Contains("code that configures"));
    }

    private static PathStrings PathsOf(AuthCodeOptions options) =>
        new(options.CallbackPath, options.SignedOutCallbackPath, options.RemoteSignOutPath, options.BackchannelLogoutPath);

    private static async Task<AuthCodeOptions> ReadAsync(params (string Key, string Value)[] entries)
    {
        using FakeAad aad = App.StartAad();
        await using App app = await App.StartAsync(aad, settings => Array.ForEach(entries, entry => settings.Configuration[$"AzureAd:{entry.Key}"] = entry.Value));
        return app.Services.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(AuthCodeDefaults.AuthenticationScheme);
    }

    private sealed record PathStrings(string? Callback, string? SignedOut, string? Remote, string? Backchannel);
}
