using AuthCode.Testing;

namespace AuthCode.EndToEnd;

/// <summary>What docs/samples/WebApp is started with so that it uses a fake of the test, and not its own.</summary>
internal static class WebAppSettings
{
    internal const string ServerSession = "a-session-at-the-server";

    /// <summary>The address that the page of the server loads when the user signs out there.</summary>
    internal static string FrontChannelLogout(string app, FakeAad aad) =>
        $"{app}signout-oidc?sid={ServerSession}&iss={Uri.EscapeDataString($"{aad.AuthorityHost}{aad.TenantId}/v2.0")}";

    /// <summary>The command line.</summary>
    /// <param name="aad">The fake.</param>
    /// <param name="vault">The key vault; <see langword="null"/> for none that can be reached.</param>
    internal static string[] Of(FakeAad aad, Uri? vault = null) =>
    [
        "--AzureAd:Instance", aad.AuthorityHost.AbsoluteUri,
        "--AzureAd:TenantId", aad.TenantId,
        "--AzureAd:ClientId", aad.ClientId,
        "--AzureAd:ClientSecret", aad.ClientSecret!,
        "--Storage:Address", "https://contoso.blob.core.windows.net",
        "--Vault:Address", vault?.AbsoluteUri ?? "https://contoso.vault.azure.net",
    ];
}
