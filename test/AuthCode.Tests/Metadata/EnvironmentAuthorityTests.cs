namespace AuthCode.Tests.Metadata;

/// <summary>AZURE_AUTHORITY_HOST, which every set of options reads: these tests run alone.</summary>
[NonParallelizable]
internal sealed class EnvironmentAuthorityTests
{
    private const string Variable = "AZURE_AUTHORITY_HOST";

    [TestCase("login.entra.example", "https://login.entra.example/")]
    [TestCase("login.entra.example:8443", "https://login.entra.example:8443/")]
    [TestCase("login.entra.example/path", "https://login.entra.example/path")]
    [TestCase("https://login.entra.example", "https://login.entra.example/")]
    [TestCase("https://login.entra.example/path/", "https://login.entra.example/path/")]
    [TestCase("http://localhost:8080", "http://localhost:8080/")]
    [TestCase(null, "https://login.microsoftonline.com/")]
    [TestCase("", "https://login.microsoftonline.com/")]
    [TestCase("  ", "https://login.microsoftonline.com/")]
    public void It_names_the_authority_and_a_host_alone_means_https(string? value, string expected)
    {
        using var variable = new EnvironmentVariable(Variable, value);

        Assert.That(new AuthorizationCodeCredentialOptions().AuthorityHost.AbsoluteUri, Is.EqualTo(expected));
    }

    [TestCase("http://login.entra.example/")]
    [TestCase("ftp://login.entra.example/")]
    [TestCase("https://")]
    [TestCase("https://user@login.entra.example/")]
    [TestCase("user:c4n4ry@login.entra.example")]
    [TestCase("login.entra.example?x")]
    [TestCase("login.entra.example/../x")]
    [TestCase("login.entra.example.")]
    [TestCase("a host")]
    [TestCase("/path")]
    public void Another_value_is_refused_by_the_constructor_and_the_variable_named(string value)
    {
        using var variable = new EnvironmentVariable(Variable, value);

        Assert.That(
            static () => new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect),
            Throws.ArgumentException.With.Message.Contains("The environment variable AZURE_AUTHORITY_HOST must be")
                .And.Message.Not.Contains(Refusal.Canary));
    }

    [Test]
    public void Options_with_a_bad_value_behind_them_can_be_made_and_given_another_authority()
    {
        using var variable = new EnvironmentVariable(Variable, "ftp://login.entra.example/");

        Assert.That(static () => Some.Credential(new ScriptedEndpoint()), Throws.Nothing);
    }

    [Test]
    public async Task An_authority_in_the_options_wins()
    {
        using var variable = new EnvironmentVariable(Variable, "other.example");
        var endpoint = new ScriptedEndpoint(Answer.Token());
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);

        await credential.GetTokenAsync(Some.Request(), default);

        Assert.That(endpoint.Requests.Single().Uri.Host, Is.EqualTo(The.AuthorityHost));
    }

    [Test]
    public async Task It_is_read_once()
    {
        using var variable = new EnvironmentVariable(Variable, "first.example");
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"), Answer.Token("access-2"));
        var options = new AuthorizationCodeCredentialOptions { HttpClient = new HttpClient(endpoint) };
        variable.Set("second.example");
        await using var credential = new AuthorizationCodeCredential(The.Tenant, The.Client, The.Code, The.Redirect, options);
        variable.Set("third.example");

        await credential.GetTokenAsync(Some.Request(The.Vault), default);
        await credential.GetTokenAsync(Some.Request(The.Storage), default);

        endpoint.Verify();
        Assert.That(endpoint.Requests.Select(static sent => sent.Uri.Host), Is.EqualTo(new[] { "first.example", "first.example" }));
    }
}
