using System.Net;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>A sign-out by the credential of a session that instances share.</summary>
internal sealed class CredentialRevocationTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task The_token_that_another_instance_has_stored_is_revoked()
    {
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromHours(1)), other = Instance();
        SignedInUser user = await SignIn(one);
        await Refresh(await On(other, user.SessionKey), 1);

        bool isRevoked = await user.Credential.RevokeAsync();

        Assert.That((isRevoked, Server.At("/revoke").Select(static sent => sent["token"]![..10])), Is.EqualTo((true, new[] { "refresh-2-" })).UsingPropertiesComparer());
    }

    [Test]
    public async Task The_newest_session_makes_place_for_the_one_before()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser first = await SignIn(one), second = await SignIn(one);

        await second.Credential.RevokeAsync();

        Assert.That((await other.Sessions.FindNewestAsync(first.AccountKey))?.Key, Is.EqualTo(first.SessionKey));
    }

    [Test]
    public async Task Of_two_calls_at_once_one_revokes()
    {
        SignedInUser user = await SignIn(Instance());
        (Task<bool> first, TaskCompletionSource go) = await RevokeUpToTheServer(user.Credential);

        Task<bool> second = user.Credential.RevokeAsync();
        go.SetResult();

        Assert.That((await first, await second), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_new_sign_in_whose_session_is_signed_out_meanwhile_is_told_so()
    {
        AuthorizationCodeClient client = Instance();
        SignedInUser user = await SignIn(client);
        (Task<bool> signOut, TaskCompletionSource go) = await RevokeUpToTheServer(user.Credential);

        Task<SignedInUser> upgrading = SignIn(client, upgrade: user);
        go.SetResult();

        Assert.That(() => upgrading, Throws.InstanceOf<ObjectDisposedException>());
        await signOut;
    }

    private async Task<(Task<bool> Revoking, TaskCompletionSource Go)> RevokeUpToTheServer(AuthorizationCodeCredential credential)
    {
        var arrived = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        Server.Answers["/revoke"] = _ =>
        {
            arrived.TrySetResult();
            go.Task.Wait();
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        Task<bool> revoking = Task.Run(() => credential.RevokeAsync());
        await arrived.Task;
        return (revoking, go);
    }
}
