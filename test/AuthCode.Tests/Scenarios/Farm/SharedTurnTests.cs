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
}
