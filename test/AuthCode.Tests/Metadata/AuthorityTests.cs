namespace AuthCode.Tests.Metadata;

/// <summary>Which authorities are taken, and where their tokens come from.</summary>
internal sealed class AuthorityTests
{
    private static readonly TestCaseData<string>[] Refused =
    [
        new("http://login.entra.example/") { TestName = "http" },
        new("http://127.0.0.1.evil.example/") { TestName = "http on a host that looks like loopback" },
        new("http://localhost.evil.example/") { TestName = "http on a host that begins like loopback" },
        new("http://128.0.0.1/") { TestName = "http beside loopback" },
        new("http://[::2]/") { TestName = "http beside IPv6 loopback" },
        new("http://0.0.0.0/") { TestName = "http on any address" },
        new("ftp://login.entra.example/") { TestName = "ftp" },
        new("file:///etc/c4n4ry") { TestName = "a file" },
        new("/login/c4n4ry") { TestName = "a path" },
        new("//login.entra.example/") { TestName = "without a scheme" },
        new("login.entra.example") { TestName = "a host alone" },
        new("https://user:c4n4ry@login.entra.example/") { TestName = "user info" },
        new("https://c4n4ry@login.entra.example/") { TestName = "a user" },
        new("https://@login.entra.example/") { TestName = "an empty user" },
        new("https://login.entra.example:443@evil.example/") { TestName = "user info that looks like the host" },
        new("https://login.entra.example/?x=c4n4ry") { TestName = "a query" },
        new("https://login.entra.example/?") { TestName = "an empty query" },
        new("https://login.entra.example/#c4n4ry") { TestName = "a fragment" },
        new("https://login.entra.example/#") { TestName = "an empty fragment" },
        new("https://login.entra.example/a/../b") { TestName = "dots" },
        new("https://login.entra.example/..") { TestName = "dots at the end" },
        new("https://login.entra.example/a/%2e%2e/b") { TestName = "encoded dots" },
        new("https://login.entra.example/a/%2E./b") { TestName = "half-encoded dots" },
        new("https://login.entra.example/a\\evil.example") { TestName = "a backslash" },
        new("https:\\\\login.entra.example/") { TestName = "backslashes for slashes" },
        new("https://login.entra.example./") { TestName = "a trailing dot" },
        new("http://localhost./") { TestName = "a trailing dot on loopback" },
        new(" https://login.entra.example/") { TestName = "a space before it" },
        new("https://login.entra.example/ ") { TestName = "a space behind it" },
        new("https://login.entra.example/\n") { TestName = "a line feed" },
        new("urn:login.entra.example") { TestName = "a URN" },
        new("http://127\u30028080/") { TestName = "a look-alike of an address" },
        new("https://login.entra\u0769") { TestName = "a host without an ASCII form" },
    ];

    private static readonly TestCaseData<string, string>[] Taken =
    [
        new("https://login.microsoftonline.com/", "https://login.microsoftonline.com/t/oauth2/v2.0/token"),
        new("https://login.microsoftonline.com", "https://login.microsoftonline.com/t/oauth2/v2.0/token"),
        new("https://login.microsoftonline.com:443/", "https://login.microsoftonline.com/t/oauth2/v2.0/token"),
        new("HTTPS://LOGIN.entra.example/", "https://login.entra.example/t/oauth2/v2.0/token"),
        new("https://login.entra.example:8443/", "https://login.entra.example:8443/t/oauth2/v2.0/token"),
        new("https://login.entra.example/a/B%20c", "https://login.entra.example/a/B%20c/t/oauth2/v2.0/token"),
        new("https://login.entra.example/a/B/", "https://login.entra.example/a/B/t/oauth2/v2.0/token"),
        new("https://10.1.2.3:8443/", "https://10.1.2.3:8443/t/oauth2/v2.0/token"),
        new("https://[2001:db8::1]/", "https://[2001:db8::1]/t/oauth2/v2.0/token"),
        new("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x/t/oauth2/v2.0/token"),
        new("https://localhost:5001/", "https://localhost:5001/t/oauth2/v2.0/token"),
        new("http://localhost/", "http://localhost/t/oauth2/v2.0/token"),
        new("http://LOCALHOST:8080/", "http://localhost:8080/t/oauth2/v2.0/token"),
        new("http://127.0.0.1:8080/", "http://127.0.0.1:8080/t/oauth2/v2.0/token"),
        new("http://127.1.2.3/", "http://127.1.2.3/t/oauth2/v2.0/token"),
        new("http://[::1]:8080/", "http://[::1]:8080/t/oauth2/v2.0/token"),
        // A look-alike goes out as what the resolver sees.
        new("https://login.micros\u043Eftonline.com/", "https://login.xn--microsftonline-0zl.com/t/oauth2/v2.0/token"),
        new("https://b\u00FCcher.example/", "https://xn--bcher-kva.example/t/oauth2/v2.0/token"),
    ];

    private readonly ScriptedEndpoint _endpoint = new();

    [TestCaseSource(nameof(Refused))]
    public void An_authority_that_could_send_secrets_elsewhere_is_refused(string authority)
    {
        var uri = new Uri(authority, UriKind.RelativeOrAbsolute);

        Assert.That(
            () => Some.Credential(_endpoint, configure: options => options.AuthorityHost = uri),
            Refusal.Of("options", "AuthorityHost must be an absolute https URI (http on loopback only)"));
        _endpoint.Verify();
    }

    [TestCaseSource(nameof(Taken))]
    public async Task A_token_comes_from_the_tenants_endpoint_below_the_authority(string authority, string expected)
    {
        _endpoint.Then(Answer.Token());
        await using var credential = new AuthorizationCodeCredential(
            "t", The.Client, The.Code, The.Redirect, Some.Options(_endpoint, configure: options => options.AuthorityHost = new Uri(authority)));

        await credential.GetTokenAsync(Some.Request(), default);

        _endpoint.Verify();
        Assert.That(_endpoint.Requests.Single().Uri.AbsoluteUri, Is.EqualTo(expected));
    }

    [TestCase("adfs")]
    [TestCase("ADFS")]
    public void AD_FS_has_its_endpoint_at_another_path(string tenant)
    {
        AuthorizationServer server = AuthorizationServer.EntraId(tenant, new Uri("https://fs.example:8443/a/"));

        Assert.That(server.Known(Tenant.Of(tenant))!.Token.AbsoluteUri, Is.EqualTo($"https://fs.example:8443/a/{tenant}/oauth2/token"));
    }

    [Test]
    public void The_clouds_have_their_own_hosts() => Assert.Multiple(static () =>
    {
        Assert.That(AzureAuthorityHosts.AzurePublicCloud.OriginalString, Is.EqualTo("https://login.microsoftonline.com/"));
        Assert.That(AzureAuthorityHosts.AzureGovernment.OriginalString, Is.EqualTo("https://login.microsoftonline.us/"));
        Assert.That(AzureAuthorityHosts.AzureChina.OriginalString, Is.EqualTo("https://login.chinacloudapi.cn/"));
    });
}
