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

    [Test]
    public async Task A_refresh_whose_write_meets_another_version_is_stored_by_the_second_one_and_nothing_stays_pending()
    {
        AuthorizationCodeClient one = Instance(withLeases: false, time: _time), other = Instance(withLeases: false, time: _time);
        SignedInUser user = await SignIn(one);
        BeforeTheWrite(() => other.Sessions.SetDataAsync(user.SessionKey, "data"u8.ToArray()).AsTask());

        await Refresh(user.Credential, 1);

        Assert.That((one.Sessions.PendingCount, Store.Entries.Values.Max(static entry => entry.Version)), Is.EqualTo((0, 3L)), "after the sign-in and the data");
        await Refresh(await On(Instance(time: _time), user.SessionKey), 2);
        Assert.That((Refreshes, Replays), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task An_entry_of_a_later_version_that_appears_between_the_look_and_the_write_is_not_written_over()
    {
        AuthorizationCodeClient one = Instance(withLeases: false, time: _time), later = Instance(withLeases: false, time: _time);
        SignedInUser user = await SignIn(one);
        IReadOnlyDictionary<string, StoredSession>? appeared = null;
        BeforeTheWrite(async () =>
        {
            Protector.Rewrite = AesProtector.InLaterFormat;
            await later.Sessions.SetDataAsync(user.SessionKey, "data"u8.ToArray());
            Protector.Rewrite = null;
            appeared = Store.Entries;
        });

        AccessToken token = await Refresh(user.Credential, 1);

        Assert.That(token.Token, Does.StartWith("access-2-"));
        Assert.That(Store.Entries, Is.EquivalentTo(appeared!));
    }

    [Test]
    public async Task A_look_at_a_store_that_is_down_confirms_nothing()
    {
        AuthorizationCodeClient one = Instance(static options => options.RevalidateAfter = TimeSpan.FromMinutes(1), time: _time), other = Instance(time: _time);
        SignedInUser user = await SignIn(one);
        await other.Sessions.EndWithoutRevocationAsync(user.SessionKey);
        _time.Advance(TimeSpan.FromMinutes(1));
        Store.IsDown = true;
        UserSession? meanwhile = await one.Sessions.FindAsync(user.SessionKey);

        // The store is left alone for a second after a failure.
        Store.IsDown = false;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That((meanwhile is not null, await one.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((true, (UserSession?)null)));
    }

    [Test]
    public async Task After_a_conflict_a_store_that_cannot_be_read_is_not_written_to_again()
    {
        AuthorizationCodeClient client = Instance(time: _time);
        SignedInUser user = await SignIn(client);
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<UserSession?>? finding = null;
        int writes = 0;
        BeforeTheWrite(async () =>
        {
            foreach ((string key, StoredSession session) in Store.Entries)
            {
                Store.Set(key, session with { Version = session.Version + 1 });
            }

            // Meanwhile a read fails, and a caller finds out whether the store can be read again: nobody else reads until then.
            Store.Before = static _ => throw new IOException("no reads");
            await ((Task)client.Sessions.FindAsync("AAAA").AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _time.Advance(TimeSpan.FromSeconds(1.5));
            Store.Before = operation =>
            {
                writes += operation == "write" ? 1 : 0;
                isRead.TrySetResult();
                return operation == "read" ? go.Task : Task.CompletedTask;
            };
            finding = client.Sessions.FindAsync("BBBB").AsTask();
            await isRead.Task.WaitAsync(TimeSpan.FromSeconds(10));
        });

        await Refresh(user.Credential, 1);
        (int Writes, int Pending) left = (writes, client.Sessions.PendingCount);

        // What is pending is written once the store can be read.
        go.SetResult();
        await finding!;
        Assert.That(left, Is.EqualTo((0, 1)));
        Assert.That(() => client.Sessions.PendingCount, Is.Zero.After(5000, 20));
    }

    private void BeforeTheWrite(Func<Task> work) => Store.Before = operation =>
    {
        if (operation != "write")
        {
            return Task.CompletedTask;
        }

        Store.Before = null;
        return work();
    };
}
