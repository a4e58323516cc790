using System.Collections.Concurrent;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>How a service is told that a session has ended which lives in the memory of one process.</summary>
internal sealed class SessionEndTests(bool isAsync) : ProviderFixture(isAsync)
{
    private readonly ConcurrentQueue<SessionEnded> _ended = new();
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task A_refusal_of_the_refresh_token_is_told_once_with_the_response_of_the_server()
    {
        AuthorizationCodeClient client = ClientThatTells();
        SignedInUser user = await SignIn(client);
        Server.Answers["/token"] = static _ => Provider.Error("invalid_grant");
        Time.Advance(The.Hour);

        await Failure(user.Credential, Some.Request("email"));
        await _told.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await client.Sessions.EndAsync(user.SessionKey);

        Assert.That(_ended.Select(static ended => (ended.AccountKey, ended.Reason, ended.Response?.Error)), Is.EqualTo(new[] { (user.AccountKey, SessionEnd.Refused, "invalid_grant") }));
    }

    [Test]
    public async Task A_revocation_by_the_credential_is_told_as_a_sign_out()
    {
        SignedInUser user = await SignIn(ClientThatTells());

        await user.Credential.RevokeAsync();
        await _told.Task.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.That(_ended.Select(static ended => (ended.AccountKey, ended.Reason)), Is.EqualTo(new[] { (user.AccountKey, SessionEnd.SignedOut) }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_session_can_end_without_a_revocation(bool isRevoked)
    {
        AuthorizationCodeClient client = ClientThatTells();
        SignedInUser user = await SignIn(client);

        await (isRevoked ? client.Sessions.EndAsync(user.SessionKey) : client.Sessions.EndWithoutRevocationAsync(user.SessionKey));
        await _told.Task.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.That(
            (Server.At("/revoke").Count, await client.Sessions.GetStatusAsync(user.SessionKey), _ended.Single().Reason),
            Is.EqualTo((isRevoked ? 1 : 0, UserSessionStatus.Ended, SessionEnd.SignedOut)));
        Assert.That(() => GetToken(user.Credential, "read"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_session_that_goes_on_is_not_told()
    {
        AuthorizationCodeClient client = ClientThatTells();
        SignedInUser user = await SignIn(client);
        Server.Answers["/token"] = static _ => Provider.Error("invalid_scope");
        Time.Advance(The.Hour);

        await Failure(user.Credential, Some.Request("email"));
        await client.Sessions.EndAllAsync(user.AccountKey);
        await _told.Task.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.That(_ended.Select(static ended => ended.Reason), Is.EqualTo(new[] { SessionEnd.SignedOutEverywhere }));
    }

    private AuthorizationCodeClient ClientThatTells() => Client(options => options.Sessions.OnEnded = ended =>
    {
        _ended.Enqueue(ended);
        _told.TrySetResult();
        return ValueTask.CompletedTask;
    });
}
