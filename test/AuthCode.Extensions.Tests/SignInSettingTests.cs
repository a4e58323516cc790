using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuthCode.Extensions.Tests;

/// <summary>Settings that authorize requests show.</summary>
internal sealed class SignInSettingTests
{
    [Test]
    public async Task Extra_parameters_are_in_each_authorize_request()
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(("ClientId", The.Client), ("TenantId", The.Tenant), ("ExtraQueryParameters:slice", "test"), ("Domain", "contoso.example")));

        AuthorizationRequest request = await host.Services.GetRequiredService<AuthorizationCodeClient>().CreateAuthorizationRequestAsync(Hosts.RedirectUri, ["openid"]);

        Assert.That(request.Uri.Query, Does.Contain("slice=test").And.Not.Contain("contoso.example"), "a domain is a hint only if it is asked for");
    }

    [Test]
    public void What_a_web_application_reads_is_accepted()
    {
        using IHost host = Hosts.Create(Hosts.AzureAd(
            ("ClientId", The.Client), ("TenantId", The.Tenant), ("CallbackPath", "/signin-oidc"), ("SignedOutCallbackPath", "/signout-callback-oidc"),
            ("RemoteSignOutPath", "/signout-oidc"), ("BackchannelLogoutPath", "/signout-backchannel"), ("Scopes", "https://vault.azure.net/.default openid"),
            ("ClientCapabilities:0", "cp1"), ("WithSpaAuthCode", "false"), ("AllowWebApiToBeAuthorizedByACL", "False")));

        Assert.That(() => host.StartAsync(), Throws.Nothing);
    }

    [TestCase("https://op.example/.well-known/openid-configuration", "https://op.example")]
    [TestCase("https://op.example/realms/a/.well-known/openid-configuration", "https://op.example/realms/a")]
    public void The_issuer_of_a_metadata_address_is_what_stands_before_the_well_known_path(string metadata, string issuer)
    {
        List<string> problems = [];
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["s:MetadataAddress"] = metadata };

        AuthorizationServer? server = ConfiguredServer.Read(new SectionReader(configuration.GetSection("s"), problems));

        Assert.That((server?.ToString(), problems), Is.EqualTo((issuer, new List<string>())));
    }
}
