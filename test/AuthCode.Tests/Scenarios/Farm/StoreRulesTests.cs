using Azure.Core;
using Microsoft.Extensions.Time.Testing;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Rules of shared sessions that mutation testing found no test for.</summary>
internal sealed class StoreRulesTests(bool isAsync) : FarmFixture(isAsync)
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task A_server_that_was_seen_to_keep_its_refresh_tokens_lets_a_session_be_written_back()
    {
        IsTolerant = true;
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        Server.Answers["/token"] = _ =>
        {
            System.Text.Json.Nodes.JsonObject token = Token(null, null);
            token.Remove("refresh_token");
            return Provider.Json(System.Net.HttpStatusCode.OK, token);
        };
        await Refresh(user.Credential, 1);
        Store.Flush();

        AccessToken token = await Refresh(user.Credential, 2);

        Assert.That((token.Token[..7], await Instance().Sessions.FindAsync(user.SessionKey) is not null), Is.EqualTo(("access-", true)));
    }

    [Test]
    public async Task A_store_that_could_not_be_read_is_not_written_to_for_a_moment()
    {
        AuthorizationCodeClient one = Instance(time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        List<string> operations = [];
        Store.Before = operation =>
        {
            operations.Add(operation);
            return Task.CompletedTask;
        };
        Store.IsDown = true;
        Assert.CatchAsync<AuthenticationFailedException>(async () => await other.Sessions.FindAsync(user.SessionKey));

        await other.Sessions.EndAsync(user.SessionKey);

        Assert.That(operations, Is.EqualTo(new[] { "read" }));
    }

    [Test]
    public async Task A_session_that_was_disposed_of_takes_no_new_sign_in()
    {
        AuthorizationCodeClient client = Alone();
        SignedInUser user = await SignIn(client);
        await user.Credential.DisposeAsync();

        Assert.That(() => SignIn(client, upgrade: user), Throws.TypeOf<ObjectDisposedException>().With.Property("ObjectName").EqualTo(typeof(AuthorizationCodeCredential).FullName));
    }
}
