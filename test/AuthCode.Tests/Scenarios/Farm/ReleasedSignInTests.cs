using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A sign-in that was given back because its code was not sent: the store says whether its response has been taken.</summary>
internal sealed class ReleasedSignInTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task The_response_is_marked_in_the_store_by_the_call_that_is_repeated([Values] bool wasDown)
    {
        AuthorizationCodeClient client = Instance(time: _time);
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        Server.Answers["/token"] = _ => Provider.Json(System.Net.HttpStatusCode.OK, Token(request.Transaction.Nonce.Value, Provider.Subject));
        var callback = new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}");
        Server.Unreachable = "/token";
        Store.IsDown = wasDown;
        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => client.CompleteSignInAsync(request.Transaction, callback));
        int marks = Marks;
        Store.IsDown = false;
        Server.Unreachable = null;
        _time.Advance(TimeSpan.FromSeconds(2));

        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, callback);

        Assert.That((failure!.IsTransient, user.Subject), Is.EqualTo((true, Provider.Subject)));
        Assert.That((marks, Marks), Is.EqualTo((wasDown ? 0 : 1, 1)));
    }

    private int Marks => Store.Entries.Values.Count(static entry => entry.IsEnded);
}
