using System.Net;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Turns of a shared session that end otherwise than in a token of their own.</summary>
internal sealed class SharedTurnTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task A_server_that_fails_is_asked_as_often_as_without_a_store_and_a_later_call_refreshes_again()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        SignedInUser user = await SignIn(client);
        Func<SentRequest, HttpResponseMessage> works = Server.Answers["/token"];
        Server.Answers["/token"] = static _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));
        int asked = Refreshes;
        Server.Answers["/token"] = works;
        AccessToken token = await Refresh(user.Credential, 1);

        Assert.That((failure.Response?.StatusCode, failure.IsTransient, asked), Is.EqualTo((HttpStatusCode.ServiceUnavailable, true, 2)), "once more, since the response may have been lost");
        Assert.That((token.Token[..9], Refreshes, Replays), Is.EqualTo(("access-2-", 3, 0)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_revocation_that_fails_after_a_sign_out_elsewhere_leaves_the_session_ended(bool isAnswered)
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        OnRefresh = _ => other.Sessions.EndWithoutRevocationAsync(user.SessionKey).AsTask();
        Server.Answers["/revoke"] = _ => isAnswered ? new HttpResponseMessage(HttpStatusCode.InternalServerError) : throw new HttpRequestException("the connection was lost");

        AuthenticationFailedException failure = await Failure(user.Credential, Some.Request("a", claims: "{}"));

        Assert.That((failure.IsSignInRequired, failure.Message), Is.EqualTo((true, "The session has been ended, on this instance or on another one. Sign the user in again.")));
        Assert.That(Server.At("/revoke").Select(static sent => sent["token"]![..10]), Is.EqualTo(new[] { "refresh-2-" }), "what the refresh brought");
        Assert.That(() => GetToken(user.Credential, Some.Request("a")), Throws.TypeOf<AuthenticationFailedException>().With.Property("IsSignInRequired").True);
    }
}
