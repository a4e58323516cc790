using Azure.Core;

namespace AuthCode.Tests;

/// <summary>The constructor for mocking.</summary>
internal sealed class MockingTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task A_mock_returns_what_it_overrides()
    {
        await using var mock = new Mock();

        Assert.That((await GetToken(mock, The.Vault)).Token, Is.EqualTo("mocked"));
    }

    [Test]
    public void A_mock_that_overrides_nothing_says_so() => Assert.That(
        () => GetToken(new Silent(), The.Vault), Throws.InvalidOperationException.With.Message.Contains("constructor for mocking"));

    [Test]
    public void A_mock_can_be_disposed() => Assert.That(() => new Silent().Dispose(), Throws.Nothing);

    private sealed class Mock : AuthorizationCodeCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken = default) =>
            new("mocked", The.Now);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken = default) =>
            new(GetToken(requestContext, cancellationToken));
    }

    private sealed class Silent : AuthorizationCodeCredential;
}
