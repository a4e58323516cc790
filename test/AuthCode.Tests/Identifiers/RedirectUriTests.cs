namespace AuthCode.Tests.Identifiers;

/// <summary>The redirect URI, as an argument and as an option.</summary>
internal sealed class RedirectUriTests
{
    private static readonly string[] Usable =
    [
        "https://app.example/signin-oidc",
        "HTTPS://App.Example:443/a%7eb?x=1&y=%20",
        "http://localhost:8400/",
        "http://localhost",
        "http://127.0.0.1:5000/callback",
        "myapp://auth",
        "msal8f4c1d2e://auth/path",
        "urn:ietf:wg:oauth:2.0:oob",
    ];

    private static readonly TestCaseData<string>[] Unusable =
    [
        new("signin-oidc") { TestName = "relative" },
        new("/signin-oidc/c4n4ry") { TestName = "a path alone, which parses as a file URI on Unix" },
        new("//app.example/c4n4ry") { TestName = "without a scheme" },
        new("app.example/c4n4ry") { TestName = "a host and path alone" },
        new("file:///c4n4ry") { TestName = "a file" },
        new("https://app.example/c4n4ry#") { TestName = "with an empty fragment" },
        new("https://app.example/c4n4ry#x") { TestName = "with a fragment" },
        new("https://app.example/the c4n4ry") { TestName = "with a space" },
        new(" https://app.example/c4n4ry") { TestName = "with a space before it" },
        new("https://app.example/c4n4ry ") { TestName = "with a space behind it" },
        new("https://app.example/c4n4ry\n") { TestName = "with a line feed" },
        new("https://app.example/c4n4ry\0") { TestName = "with a NUL" },
    ];

    private readonly ScriptedEndpoint _endpoint = new();

    [TearDown]
    public void Nothing_was_sent() => _endpoint.Verify();

    [TestCaseSource(nameof(Usable))]
    public void An_absolute_URI_is_taken_as_an_argument(string redirect) => Assert.That(() => Make(Parse(redirect)), Throws.Nothing);

    [TestCaseSource(nameof(Usable))]
    public void An_absolute_URI_is_taken_as_an_option(string redirect) => Assert.That(() => MakeWithOption(Parse(redirect)), Throws.Nothing);

    [TestCaseSource(nameof(Unusable))]
    public void Another_argument_is_refused(string redirect) =>
        Assert.That(() => Make(Parse(redirect)), Refusal.Of("redirectUri", "absolute, with a scheme, in ASCII, and without a fragment or spaces"));

    [TestCaseSource(nameof(Unusable))]
    public void Another_option_is_refused(string redirect) =>
        Assert.That(() => MakeWithOption(Parse(redirect)), Refusal.Of("options", "absolute, with a scheme, in ASCII, and without a fragment or spaces"));

    [Test]
    public void No_argument_is_refused() => Assert.That(() => Make(null!), Refusal.OfNull("redirectUri"));

    [Test]
    public void No_option_is_taken() => Assert.That(() => MakeWithOption(null), Throws.Nothing);

    [Test]
    public void The_same_one_twice_is_taken() =>
        Assert.That(() => Make(The.Redirect, static options => options.RedirectUri = new Uri(The.Redirect.OriginalString)), Throws.Nothing);

    // Equal as URIs is not enough: servers compare text.
    [TestCase("https://app.example/other")]
    [TestCase("https://APP.example/signin-oidc")]
    [TestCase("https://app.example:443/signin-oidc")]
    public void Two_different_ones_are_refused(string other) => Assert.That(
        () => Make(The.Redirect, options => options.RedirectUri = new Uri(other)), Refusal.Of("redirectUri", "pass it once"));

    private AuthorizationCodeCredential Make(Uri redirect, Action<AuthorizationCodeCredentialOptions>? configure = null) =>
        new(The.Tenant, The.Client, The.Code, redirect, Some.Options(_endpoint, configure: configure));

    private AuthorizationCodeCredential MakeWithOption(Uri? redirect) =>
        new(The.Tenant, The.Client, The.Secret, The.Code, Some.Options(_endpoint, configure: options => options.RedirectUri = redirect));

    private static Uri Parse(string redirect) => new(redirect, UriKind.RelativeOrAbsolute);
}
