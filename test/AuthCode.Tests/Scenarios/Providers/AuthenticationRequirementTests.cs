using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>What a sign-in asks of the user's authentication, its age and its context, and what the ID token must show of it.</summary>
internal sealed class AuthenticationRequirementTests(bool isAsync) : ProviderFixture(isAsync)
{
    [TestCase(0L, true)]
    [TestCase(-600L, true)]
    [TestCase(-900L, true)]
    [TestCase(-901L, false)]
    [TestCase(null, false)]
    public async Task The_users_authentication_is_no_older_than_was_asked(long? authenticatedAgo, bool isTaken)
    {
        AuthorizationCodeClient client = Client();
        var options = new AuthorizationRequestOptions { MaxAge = TimeSpan.FromMinutes(10) };
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"], options);

        Assert.That(QueryOf(request.Uri)["max_age"], Is.EqualTo("600"));
        Assert.That(
            () => SignIn(client, options: options, claims: token =>
            {
                if (authenticatedAgo is { } ago)
                {
                    token["auth_time"] = The.Now.ToUnixTimeSeconds() + ago;
                }
            }),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("authentication of the user is too old"));
    }

    [TestCase(0, 0, true)]
    [TestCase(0, -300, true)]
    [TestCase(0, -301, false)]
    [TestCase(600, -900, true)]
    [TestCase(600, -901, false)]
    public async Task The_age_of_the_authentication_counts_up_to_the_request_and_not_to_the_callback(int maxAge, int authenticatedOn, bool isTaken)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(
            The.Redirect, ["email"], new AuthorizationRequestOptions { MaxAge = TimeSpan.FromSeconds(maxAge) });
        AuthorizationTransaction transaction = AuthorizationTransaction.Parse(request.Transaction.Serialize());

        // Consent, or the registration of a second factor.
        Time.Advance(TimeSpan.FromMinutes(14));

        Assert.That(
            () => SignIn(client, transaction, token => token["auth_time"] = The.Now.ToUnixTimeSeconds() + authenticatedOn),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("authentication of the user is too old"));
    }

    [TestCase(240, true)]
    [TestCase(239, false)]
    public async Task A_transaction_of_an_earlier_version_does_not_say_when_it_began_and_the_age_counts_up_to_the_callback(int authenticatedOn, bool isTaken)
    {
        AuthorizationCodeClient client = Client();
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"], new AuthorizationRequestOptions { MaxAge = TimeSpan.FromMinutes(5) });
        JsonObject json = JsonNode.Parse(Base64UrlEncoder.Decode(request.Transaction.Serialize()))!.AsObject();
        json.Remove("start");
        AuthorizationTransaction transaction = AuthorizationTransaction.Parse(Base64UrlEncoder.Encode(json.ToJsonString()));
        Time.Advance(TimeSpan.FromMinutes(14));

        Assert.That(
            () => SignIn(client, transaction, token => token["auth_time"] = The.Now.ToUnixTimeSeconds() + authenticatedOn),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("authentication of the user is too old"));
    }

    [TestCase("urn:strong", true)]
    [TestCase("urn:stronger", true)]
    [TestCase("urn:weak", false)]
    [TestCase(null, false)]
    public void The_authentication_context_is_one_that_was_asked_for(string? context, bool isTaken)
    {
        var options = new AuthorizationRequestOptions { AcrValues = { "urn:strong", "urn:stronger" } };

        Assert.That(
            () => SignIn(Client(), options: options, claims: token => token["acr"] = context),
            isTaken ? Throws.Nothing : Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("authentication context"));
    }

    [Test]
    public async Task Options_of_a_sign_in_outlive_the_way_through_a_store()
    {
        AuthorizationRequest request = await Client().CreateAuthorizationRequestAsync(
            The.Redirect, ["email"], new AuthorizationRequestOptions { MaxAge = TimeSpan.FromSeconds(30), AcrValues = { "a", "b" } });

        AuthorizationTransaction read = AuthorizationTransaction.Parse(request.Transaction.Serialize());

        Assert.That((read.MaxAge, string.Join(' ', read.AcrValues), read.NeedsIssuer), Is.EqualTo((TimeSpan.FromSeconds(30), "a b", false)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("urn:strong urn:stronger")]
    [TestCase(" urn:strong")]
    [TestCase("urn:\tstrong")]
    public void An_authentication_context_that_no_request_can_name_is_refused(string? context)
    {
        Assert.That(
            () => Client().CreateAuthorizationRequestAsync(The.Redirect, ["email"], new AuthorizationRequestOptions { AcrValues = { "urn:strong", context! } }),
            Refusal.Of("options", "Each of AcrValues must be"));
        Assert.That(Server.Requests, Is.Empty);
    }

    // Not a test case of the other: an attribute holds no half of a surrogate pair.
    [Test]
    public void An_authentication_context_that_no_transaction_can_hold_is_refused() => Assert.That(
        () => Client().CreateAuthorizationRequestAsync(The.Redirect, ["email"], new AuthorizationRequestOptions { AcrValues = { $"urn:{'\ud800'}" } }),
        Refusal.Of("options", "Each of AcrValues must be"));

    [Test]
    public void An_age_below_nothing_is_refused() => Assert.That(
        static () => new AuthorizationRequestOptions { MaxAge = TimeSpan.FromTicks(-1) }, Refusal.Of<ArgumentOutOfRangeException>("value", "greater than or equal"));
}
