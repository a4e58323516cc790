using System.Text;

namespace AuthCode.Tests.Scenarios.Farm;

/// <summary>Sessions that go on: after a restart, on another instance, and until they are ended everywhere.</summary>
internal sealed class ResumeTests(bool isAsync) : FarmFixture(isAsync)
{
    [Test]
    public async Task A_session_goes_on_after_a_restart_without_a_code_and_with_its_access_tokens()
    {
        SignedInUser user = await SignIn(Instance());

        UserSession? session = await Instance().Sessions.FindAsync(user.SessionKey);
        string token = (await GetToken(session!.Credential, "a")).Token;
        await Refresh(session.Credential, 1);

        Assert.Multiple(() =>
        {
            Assert.That(session.AccountKey, Is.EqualTo(user.AccountKey));
            Assert.That(session.Key, Is.EqualTo(user.SessionKey));
            Assert.That(token, Does.StartWith("access-1-"), "the access token was stored too");
            Assert.That((Refreshes, Replays), Is.EqualTo((1, 0)));
        });
    }

    [Test]
    public async Task Without_access_tokens_in_the_store_another_instance_refreshes()
    {
        SignedInUser user = await SignIn(Instance(static options => options.KeepAccessTokens = false));

        await GetToken(await On(Instance(), user.SessionKey), "a");

        Assert.That((Refreshes, Replays), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Instances_take_turns_and_each_sends_the_newest_refresh_token()
    {
        AuthorizationCodeClient[] instances = [Instance(), Instance(), Instance()];
        SignedInUser user = await SignIn(instances[0]);
        for (int i = 1; i <= 9; i++)
        {
            await Refresh(await On(instances[i % 3], user.SessionKey), i);
        }

        Assert.That((Refreshes, Replays), Is.EqualTo((9, 0)));
    }

    [Test]
    public async Task Instances_that_refresh_at_once_send_one_request_for_one_token()
    {
        AuthorizationCodeClient[] instances = [Instance(), Instance(), Instance(), Instance()];
        SignedInUser user = await SignIn(instances[0]);
        AuthorizationCodeCredential[] credentials = await Task.WhenAll(instances.Select(instance => On(instance, user.SessionKey)));

        await Task.WhenAll(credentials.SelectMany(credential => Enumerable.Range(0, 4).Select(_ => Refresh(credential, 1))));

        Assert.That((Refreshes, Replays), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Instances_that_want_different_tokens_at_once_never_send_a_refresh_token_twice()
    {
        AuthorizationCodeClient[] instances = [Instance(), Instance(), Instance()];
        SignedInUser user = await SignIn(instances[0]);
        AuthorizationCodeCredential[] credentials = await Task.WhenAll(instances.Select(instance => On(instance, user.SessionKey)));

        await Task.WhenAll(credentials.SelectMany((credential, at) => Enumerable.Range(0, 4).Select(i => Refresh(credential, (at * 4) + i))));

        Assert.That((Refreshes, Replays), Is.EqualTo((12, 0)));
    }

    [Test]
    public async Task A_session_that_is_ended_on_one_instance_is_ended_on_the_others()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        AuthorizationCodeCredential elsewhere = await On(other, user.SessionKey);

        await one.Sessions.EndAsync(user.SessionKey);

        Assert.Multiple(() =>
        {
            Assert.That(() => other.Sessions.FindAsync(user.SessionKey).AsTask().GetAwaiter().GetResult(), Is.Null);
            Assert.That(() => Refresh(elsewhere, 1), Throws.TypeOf<AuthenticationFailedException>().With.Message.StartsWith("The session has been ended").And.Property("IsSignInRequired").True);
            Assert.That(Refreshes, Is.Zero);
            Assert.That(Server.At("/revoke"), Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task A_sign_out_whose_caller_cancels_ends_the_session_nevertheless([Values] bool isOfAll)
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        Assert.That(
            async () => await (isOfAll ? one.Sessions.EndAllAsync(user.AccountKey, cancellation.Token) : one.Sessions.EndAsync(user.SessionKey, cancellation.Token)),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That((await one.Sessions.FindAsync(user.SessionKey), await other.Sessions.FindAsync(user.SessionKey)), Is.EqualTo(((UserSession?)null, (UserSession?)null)));
        Assert.That(async () => await Refresh(user.Credential, 1), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_sign_out_by_the_credential_ends_the_session_everywhere()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser user = await SignIn(one);
        await On(other, user.SessionKey);

        await user.Credential.RevokeAsync();

        Assert.That(await other.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task All_sessions_of_an_account_are_ended_and_those_of_others_are_not()
    {
        AuthorizationCodeClient one = Instance(), other = Instance();
        SignedInUser laptop = await SignIn(one), phone = await SignIn(other), stranger = await SignIn(one, "subject-2");

        await one.Sessions.EndAllAsync(laptop.AccountKey);

        Assert.That(
            (await one.Sessions.FindAsync(laptop.SessionKey), await other.Sessions.FindAsync(phone.SessionKey), (await other.Sessions.FindAsync(stranger.SessionKey))?.AccountKey),
            Is.EqualTo(((UserSession?)null, (UserSession?)null, stranger.AccountKey)));
    }

    [TestCase(-240_000, TestName = "{m}(behind)")]
    [TestCase(0.4, TestName = "{m}(by less than a millisecond)")]
    [TestCase(240_000, TestName = "{m}(ahead)")]
    public async Task All_sessions_of_an_account_are_ended_though_the_clock_of_another_instance_differs(double milliseconds)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        AuthorizationCodeClient one = Instance(time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now));
        AuthorizationCodeClient other = Instance(time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now.AddMilliseconds(milliseconds)));
        SignedInUser user = await SignIn(other);

        await one.Sessions.EndAllAsync(user.AccountKey);

        Assert.That(await other.Sessions.FindAsync(user.SessionKey), Is.Null);
    }

    [Test]
    public async Task A_session_that_began_after_all_were_ended_is_alive_though_the_clock_of_its_instance_is_behind()
    {
        var now = TimeProvider.System.GetUtcNow();
        AuthorizationCodeClient one = Instance(time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now));
        AuthorizationCodeClient other = Instance(time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now.AddMinutes(-4)));
        await one.Sessions.EndAllAsync((await SignIn(one)).AccountKey);

        SignedInUser user = await SignIn(other);

        Assert.That(await one.Sessions.FindAsync(user.SessionKey), Is.Not.Null);
    }

    [Test]
    public async Task A_session_that_began_after_all_were_ended_is_alive()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(time: time);
        SignedInUser first = await SignIn(client);
        await client.Sessions.EndAllAsync(first.AccountKey);
        time.Advance(TimeSpan.FromSeconds(1));

        SignedInUser second = await SignIn(client);

        Assert.That((await Instance(time: time).Sessions.FindAsync(second.SessionKey))?.AccountKey, Is.EqualTo(first.AccountKey));
    }

    [Test]
    public async Task The_newest_session_of_an_account_is_found_by_a_job()
    {
        AuthorizationCodeClient one = Instance();
        await SignIn(one);
        SignedInUser newest = await SignIn(one);

        UserSession? session = await Instance().Sessions.FindNewestAsync(newest.AccountKey);

        Assert.That((session?.Key, await Instance().Sessions.FindNewestAsync("nobody")), Is.EqualTo((newest.SessionKey, (UserSession?)null)));
    }

    [Test]
    public async Task A_callback_that_arrives_at_two_instances_is_redeemed_once()
    {
        AuthorizationCodeClient one = Instance();
        AuthorizationRequest request = await one.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        string key = StoreKeyOfTheState(request.Transaction.State);
        Store.Set(key, new StoredSession(ReadOnlyMemory<byte>.Empty, 1, request.Transaction.ExpiresOn));

        Assert.That(
            () => one.CompleteSignInAsync(request.Transaction, new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}")),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("taken before"));
        Assert.That(Server.At("/token"), Is.Empty);
    }

    [Test]
    public async Task Nothing_in_the_store_is_readable_and_its_keys_say_nothing()
    {
        SignedInUser user = await SignIn(Instance());

        foreach ((string key, StoredSession session) in Store.Entries)
        {
            string text = Encoding.Latin1.GetString(session.Data.Span);
            Assert.That(text + key, Does.Not.Contain("c4n4ry").And.Not.Contain(user.SessionKey).And.Not.Contain(Provider.Subject).And.Not.Contain(The.Client));
        }

        Assert.That(Store.Entries, Has.Count.EqualTo(3), "the session, the account, and the state of the sign-in");
    }

    [TestCase("")]
    [TestCase("no key")]
    [TestCase("../../etc")]
    [TestCase("AAAA")]
    public async Task What_is_no_key_is_of_no_session(string key) => Assert.That(await Instance().Sessions.FindAsync(key), Is.Null);

    [Test]
    public async Task A_session_without_a_store_is_found_in_this_process_until_it_is_ended()
    {
        AuthorizationCodeClient client = Instance(static options => (options.Store, options.Protector, options.Leases) = (null, null, null));
        SignedInUser user = await SignIn(client);
        UserSession? before = await client.Sessions.FindAsync(user.SessionKey);

        await client.Sessions.EndAsync(user.SessionKey);

        Assert.That((before?.AccountKey, await client.Sessions.FindAsync(user.SessionKey)), Is.EqualTo((user.AccountKey, (UserSession?)null)));
    }

    [Test]
    public async Task A_memory_without_a_store_is_bounded_and_tells_of_those_that_leave()
    {
        AuthorizationCodeClient client = Instance(static options => (options.Store, options.Protector, options.Leases, options.MostInMemory) = (null, null, null, 8));
        SignedInUser[] users = [.. await Task.WhenAll(Enumerable.Range(0, 1).Select(_ => SignIn(client)))];
        for (int i = 0; i < 12; i++)
        {
            await SignIn(client, $"subject-{i}");
        }

        Assert.That(await client.Sessions.FindAsync(users[0].SessionKey), Is.Null);
        Assert.That(() => Ended.Select(static ended => ended.Reason).Distinct(), Is.EqualTo(new[] { SessionEnd.Evicted }).After(5000, 20));
    }

    [Test]
    public async Task A_session_that_left_the_memory_is_read_again_and_one_that_is_in_use_stays_the_only_one()
    {
        AuthorizationCodeClient client = Instance(static options => options.MostInMemory = 1);
        SignedInUser user = await SignIn(client);
        await SignIn(client, "subject-2");
        await SignIn(client, "subject-3");

        await Task.WhenAll(Refresh(user.Credential, 1), Refresh(await On(client, user.SessionKey), 1));

        Assert.That((Refreshes, Replays), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_session_ends_with_its_lifetime()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AuthorizationCodeClient client = Instance(static options => (options.Lifetime, options.RevalidateAfter) = (TimeSpan.FromDays(2), TimeSpan.FromDays(3)), time: time);
        SignedInUser user = await SignIn(client);
        time.Advance(TimeSpan.FromDays(2));

        Assert.That((await client.Sessions.FindAsync(user.SessionKey), await Instance(time: time).Sessions.FindAsync(user.SessionKey)), Is.EqualTo(((UserSession?)null, (UserSession?)null)));
    }

    private static string StoreKeyOfTheState(string state) => Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"t|{The.Client}|{Provider.Issuer.Length}|{Provider.Issuer}|{state}")));

    [Test]
    public async Task A_sign_in_whose_code_was_not_sent_can_be_completed_by_the_same_call_again()
    {
        int calls = 0;
        AuthorizationCodeClient client = Instance(authentication: ClientAuthentication.Assertion(
            _ => calls++ == 0 ? throw new IOException("the vault is down") : ValueTask.FromResult("an-assertion")));
        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["a"]);
        var callback = new Uri($"{The.Redirect}?code={The.Code}&state={request.Transaction.State}");
        Server.Answers["/token"] = _ => Provider.Json(System.Net.HttpStatusCode.OK, Token(request.Transaction.Nonce.Value, Provider.Subject));
        Assert.That(() => client.CompleteSignInAsync(request.Transaction, callback), Throws.TypeOf<AuthenticationFailedException>());

        SignedInUser user = await client.CompleteSignInAsync(request.Transaction, callback);

        Assert.That(user.SessionKey, Is.Not.Empty);
        Assert.That(
            () => Instance().CompleteSignInAsync(AuthorizationTransaction.Parse(request.Transaction.Serialize()), callback),
            Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("has been taken before"));
    }
}
