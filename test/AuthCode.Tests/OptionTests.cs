namespace AuthCode.Tests;

/// <summary>The options, one by one: what is taken, and what the constructor refuses. The authority has its own fixture.</summary>
internal sealed class OptionTests
{
    private readonly ScriptedEndpoint _endpoint = new();

    [TearDown]
    public void Nothing_was_sent() => _endpoint.Verify();

    [TestCase(43)]
    [TestCase(44)]
    [TestCase(127)]
    [TestCase(128)]
    public void A_code_verifier_of_43_to_128_characters_is_taken(int length) =>
        Assert.That(() => Make(options => options.CodeVerifier = new string('a', length)), Throws.Nothing);

    [Test]
    public void A_code_verifier_may_have_every_unreserved_character() => Assert.That(
        () => Make(static options => options.CodeVerifier = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"), Throws.Nothing);

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(42)]
    [TestCase(129)]
    public void A_code_verifier_of_another_length_is_refused(int length) => Assert.That(
        () => Make(options => options.CodeVerifier = new string('a', length)), Refusal.Of("options", "The code verifier (CodeVerifier) must be 43 to 128 letters, digits"));

    [TestCase('+')]
    [TestCase('/')]
    [TestCase('=')]
    [TestCase(' ')]
    [TestCase('%')]
    [TestCase('\n')]
    [TestCase('\0')]
    [TestCase('\u00E9')]
    public void A_code_verifier_with_another_character_is_refused_and_not_repeated(char other) => Assert.That(
        () => Make(options => options.CodeVerifier = Refusal.Canary + new string('a', 43) + other), Refusal.Of("options", "RFC 7636 section 4.1"));

    [TestCase("*")]
    [TestCase("fabrikam.example")]
    [TestCase("11111111-2222-3333-4444-555555555555")]
    [TestCase("con-toso.example")]
    public void An_allowed_tenant_is_a_tenant_id_or_any(string entry) =>
        Assert.That(() => Make(options => options.AdditionallyAllowedTenants.Add(entry)), Throws.Nothing);

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("**")]
    [TestCase("*.example")]
    [TestCase("..")]
    [TestCase("c4n4ry/x")]
    [TestCase("con_toso.example")]
    [TestCase("a b")]
    public void Another_allowed_tenant_is_refused(string? entry) => Assert.That(
        () => Make(options => options.AdditionallyAllowedTenants.Add(entry!)), Refusal.Of("options", "Each entry of AdditionallyAllowedTenants must be a GUID"));

    [Test]
    public void A_malformed_allowed_tenant_is_refused_beside_the_wildcard_too() => Assert.That(
        () => Make(static options =>
        {
            options.AdditionallyAllowedTenants.Add("*");
            options.AdditionallyAllowedTenants.Add("..");
        }),
        Refusal.Of("options", "AdditionallyAllowedTenants"));

    [Test]
    public void A_secret_beside_another_client_authentication_is_refused() => Assert.That(
        () => new AuthorizationCodeCredential(
            The.Tenant, The.Client, The.Secret, The.Code, Some.Options(_endpoint, configure: static options => options.ClientAuthentication = ClientAuthentication.Secret("another one"))),
        Refusal.Of("options", "A client authenticates in one way"));

    [Test]
    public void A_secret_beside_the_authentication_of_a_public_client_is_taken() => Assert.That(
        () => new AuthorizationCodeCredential(
            The.Tenant, The.Client, The.Secret, The.Code, Some.Options(_endpoint, configure: static options => options.ClientAuthentication = ClientAuthentication.None)),
        Throws.Nothing);

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("\t")]
    [TestCase("c4n4ry\n")]
    [TestCase("c4n4ry\0")]
    [TestCase("c4n4ry\u0085")]
    public void A_malformed_client_secret_is_refused_and_not_repeated(string secret) => Assert.That(
        () => new AuthorizationCodeCredential(The.Tenant, The.Client, secret, The.Code, Some.Options(_endpoint)),
        Refusal.Of("clientSecret", "the secret's value from the app registration"));

    [Test]
    public void No_client_secret_is_refused() => Assert.That(
        () => new AuthorizationCodeCredential(The.Tenant, The.Client, null!, The.Code, Some.Options(_endpoint)), Refusal.OfNull("clientSecret"));

    [Test]
    public void Options_that_must_be_set_take_no_null()
    {
        var options = new AuthorizationCodeCredentialOptions();

        Assert.Multiple(() =>
        {
            Assert.That(() => options.AuthorityHost = null!, Refusal.OfNull("value"));
            Assert.That(() => options.ClientAuthentication = null!, Refusal.OfNull("value"));
            Assert.That(() => options.TimeProvider = null!, Refusal.OfNull("value"));
        });
    }

    [Test]
    public void The_defaults_are_those_of_a_public_client()
    {
        var options = new AuthorizationCodeCredentialOptions();

        Assert.Multiple(() =>
        {
            Assert.That(options.RedirectUri, Is.Null);
            Assert.That(options.CodeVerifier, Is.Null);
            Assert.That(options.HttpClient, Is.Null);
            Assert.That(options.LoggerFactory, Is.Null);
            Assert.That(options.AdditionallyAllowedTenants, Is.Empty);
            Assert.That(options.ClientAuthentication, Is.SameAs(ClientAuthentication.None));
            Assert.That(options.TimeProvider, Is.SameAs(TimeProvider.System));
        });
    }

    private AuthorizationCodeCredential Make(Action<AuthorizationCodeCredentialOptions> configure) => Some.Credential(_endpoint, configure: configure);
}
