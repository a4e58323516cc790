using System.Net;

namespace AuthCode.Tests.TokenEndpoint;

/// <summary>What an error is about, by the words of servers that have words of their own, and by Entra ID's numbers.</summary>
internal sealed class RefusalReasonsTests
{
    [TestCase("bad_verification_code")]
    [TestCase("bad_refresh_token")]
    [TestCase("BAD_AUTH_CODE")]
    [TestCase("BAD_REFRESH_TOKEN")]
    [TestCase("invalid_code")]
    [TestCase("code_already_used")]
    [TestCase("code_expired")]
    [TestCase("invalid_refresh_token")]
    public void Words_for_a_code_or_refresh_token_that_is_dead(string error) => Assert.That(ReasonOf(error), Is.EqualTo(RefusalReason.Grant));

    [TestCase("Value passed for the authorization code was invalid.")]
    [TestCase("Value passed for the token was invalid.")]
    [TestCase("Invalid authorization code")]
    [TestCase("Invalid refresh token")]
    [TestCase("Invalid Token!")]
    [TestCase("INVALID TOKEN!")]
    public void Descriptions_that_say_the_same_under_another_error(string description) =>
        Assert.That(ReasonOf("invalid_request", description), Is.EqualTo(RefusalReason.Grant));

    [TestCase("incorrect_client_credentials")]
    [TestCase("bad_client_secret")]
    [TestCase("invalid_client_id")]
    [TestCase("BAD_CLIENT_ID")]
    [TestCase("BAD_CLIENT_SECRET")]
    public void Words_for_a_client_that_is_not_accepted(string error) => Assert.That(ReasonOf(error), Is.EqualTo(RefusalReason.Client));

    [TestCase(28000)]
    [TestCase(28003)]
    [TestCase(70011)]
    [TestCase(650053)]
    public void Numbers_for_scopes_also_beside_others(int number) =>
        Assert.That(ReasonOf("invalid_request", numbers: [90000, number]), Is.EqualTo(RefusalReason.Scopes));

    [TestCase(50011)]
    [TestCase(50148)]
    [TestCase(500112)]
    [TestCase(501481)]
    [TestCase(700005)]
    public void Numbers_for_a_mistake_of_the_set_up_also_beside_others(int number) =>
        Assert.That(RefusalReasons.IsOfSetup(Error("invalid_grant", numbers: [90000, number])), Is.True);

    [Test]
    public void No_number_and_another_number_are_no_mistake_of_the_set_up([Values(null, 70008)] int? number) =>
        Assert.That(RefusalReasons.IsOfSetup(Error("invalid_grant", numbers: number is { } one ? [one] : [])), Is.False);

    [TestCase("bad_auth_code", null)]
    [TestCase("invalid_request", null)]
    [TestCase("invalid_request", "Invalid token")]
    [TestCase("", "")]
    [TestCase(null, null)]
    public void All_else_is_about_the_request(string? error, string? description) => Assert.That(ReasonOf(error, description), Is.EqualTo(RefusalReason.Other));

    private static RefusalReason ReasonOf(string? error, string? description = null, int[]? numbers = null) => RefusalReasons.Of(Error(error, description, numbers));

    private static TokenErrorResponse Error(string? error, string? description = null, int[]? numbers = null) =>
        new(HttpStatusCode.BadRequest) { Error = error, ErrorDescription = description, ErrorCodes = numbers ?? [] };
}
