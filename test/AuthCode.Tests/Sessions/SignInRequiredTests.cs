using System.Net;

namespace AuthCode.Tests.Sessions;

/// <summary>Which failures say that only a new sign-in helps.</summary>
internal sealed class SignInRequiredTests(bool isAsync) : BothWays(isAsync)
{
    private static IEnumerable<TestCaseData> Redemptions()
    {
        yield return Row("invalid_grant", true, Answer.Error("invalid_grant"));
        yield return Row("interaction_required", true, Answer.Error("interaction_required"));
        yield return Row("a malformed answer", true, Answer.Json(HttpStatusCode.OK, "{}"));
        yield return Row("two lost answers", true, Answer.Status(HttpStatusCode.BadGateway), Answer.Status(HttpStatusCode.BadGateway));
        yield return Row("invalid_client", false, Answer.Error("invalid_client"));
        yield return Row("throttling", false, Answer.Status(HttpStatusCode.TooManyRequests, "120"));
        yield return Row("a page", false, Answer.Status(HttpStatusCode.NotFound));

        static TestCaseData Row(string name, bool required, params Answer[] answers) => new TestCaseData(answers, required).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Redemptions))]
    public async Task A_redemption_says_whether_the_user_must_sign_in(Answer[] answers, bool required)
    {
        var endpoint = new ScriptedEndpoint(answers);
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(The.Now));

        Assert.That((await Failure(credential)).IsSignInRequired, Is.EqualTo(required));
    }

    [TestCase("invalid_grant", true)]
    [TestCase("consent_required", true)]
    [TestCase("invalid_scope", false)]
    public async Task A_refresh_says_whether_the_user_must_sign_in(string error, bool required)
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(), Answer.Error(error));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        Assert.That((await Failure(credential, Some.Request(The.Storage))).IsSignInRequired, Is.EqualTo(required));
    }

    [Test]
    public async Task A_session_without_a_refresh_token_says_so_in_the_end()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token(refreshToken: null));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint);
        await GetToken(credential, The.Vault);

        Assert.That((await Failure(credential, Some.Request(The.Storage))).IsSignInRequired, Is.True);
    }
}
