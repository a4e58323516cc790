using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AuthCode.Tests.Scenarios.Providers;

/// <summary>Keys that a server publishes at another address than before.</summary>
internal sealed class MovedKeysTests(bool isAsync) : ProviderFixture(isAsync)
{
    // The event "Read the {Document} of {Host}."
    private const int DocumentRead = 14;

    private const string MetadataPath = "/tenant-1/.well-known/openid-configuration";

    [Test]
    public async Task Keys_at_a_new_address_are_found_before_the_day_is_over([Values] bool hasOldDocument)
    {
        PublishAt("/old-keys");
        Server.Answers["/old-keys"] = static _ => Unrelated();
        AuthorizationCodeClient client = Client();
        Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
        Move(hasOldDocument);
        Time.Advance(TimeSpan.FromMinutes(2));

        SignedInUser user = await SignIn(client);

        Assert.That(user.Subject, Is.EqualTo(Provider.Subject));
    }

    [Test]
    public async Task Keys_that_moved_before_the_first_of_them_was_read_are_found_too()
    {
        PublishAt("/old-keys");
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = (await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"])).Transaction;
        Move(hasOldDocument: false);
        Time.Advance(TimeSpan.FromMinutes(2));

        SignedInUser user = await SignIn(client, transaction);

        Assert.That(user.Subject, Is.EqualTo(Provider.Subject));
    }

    [Test]
    public void Tokens_of_unknown_keys_have_the_metadata_read_once_a_minute_at_most()
    {
        Server.Answers["/keys"] = static _ => Unrelated();
        AuthorizationCodeClient client = Client();
        Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
        int[] read = new int[3];
        for (int minute = 0; minute < read.Length; minute++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
            Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
            read[minute] = Server.At(MetadataPath).Count;
        }

        Assert.That(read, Is.EqualTo(new[] { 2, 3, 4 }));
    }

    [Test]
    public async Task Keys_that_were_read_serve_on_until_those_at_the_new_address_have_been_read()
    {
        Server.Metadata.Remove("end_session_endpoint");
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Server.Answers["/new-keys"] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        Server.Metadata["jwks_uri"] = "https://keys.op.example/new-keys";
        Time.Advance(TimeSpan.FromMinutes(1));

        // What the metadata lacks has it read again, and the call waits for that.
        Assert.That(() => client.CreateSignOutUriAsync(), Throws.TypeOf<AuthenticationFailedException>());
        SignedInUser user = await SignIn(client);
        int asked = Server.At("/new-keys").Count;
        Server.Answers["/new-keys"] = static _ => Unrelated();
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((user.Subject, asked), Is.EqualTo((Provider.Subject, 1)));
        Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"), "the new ones have taken their place");
    }

    [Test]
    public async Task Keys_at_a_new_address_are_found_although_the_old_one_hangs()
    {
        PublishAt("/old-keys");
        Server.Answers["/old-keys"] = static _ => Unrelated();
        AuthorizationCodeClient client = Client();
        Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
        Move(hasOldDocument: true);
        using var release = new ManualResetEventSlim();
        Task arrived = HangAt("/old-keys", release);
        Time.Advance(TimeSpan.FromMinutes(2));

        Task<SignedInUser> signingIn = Task.Run(() => SignIn(client));
        await arrived;
        Time.Advance(TimeSpan.FromSeconds(2.5));

        try
        {
            Assert.That((await signingIn.WaitAsync(TimeSpan.FromSeconds(20))).Subject, Is.EqualTo(Provider.Subject));
        }
        finally
        {
            release.Set();
        }
    }

    [Test]
    public async Task Keys_that_are_slow_at_the_address_that_is_known_are_waited_for()
    {
        Func<SentRequest, HttpResponseMessage> keys = Server.Answers["/keys"];
        Server.Answers["/keys"] = static _ => Unrelated();
        AuthorizationCodeClient client = Client();
        Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
        using var release = new ManualResetEventSlim();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Answers["/keys"] = sent =>
        {
            arrived.TrySetResult();
            release.Wait();
            return keys(sent);
        };
        int before = Server.At(MetadataPath).Count;
        Time.Advance(TimeSpan.FromMinutes(2));

        Task<SignedInUser> signingIn = Task.Run(() => SignIn(client));
        await arrived.Task;
        Time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(() => Server.At(MetadataPath).Count, Is.EqualTo(before + 1).After(5000, 20), "a new address is looked for");
        release.Set();

        Assert.That((await signingIn.WaitAsync(TimeSpan.FromSeconds(20))).Subject, Is.EqualTo(Provider.Subject));
    }

    [Test]
    public async Task Keys_that_come_while_a_new_address_is_looked_for_in_vain_serve()
    {
        Func<SentRequest, HttpResponseMessage> keys = Server.Answers["/keys"];
        Func<SentRequest, HttpResponseMessage> metadata = Server.Answers[MetadataPath];
        Server.Answers["/keys"] = static _ => Unrelated();
        var log = new RecordedLog();
        AuthorizationCodeClient client = Client(options => options.LoggerFactory = log);
        Assert.That(() => SignIn(client), Throws.TypeOf<AuthenticationFailedException>().With.Message.Contains("no key of the ID"));
        using var release = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sought = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Answers["/keys"] = sent =>
        {
            arrived.TrySetResult();
            release.Wait();
            return keys(sent);
        };
        Time.Advance(TimeSpan.FromMinutes(2));

        Task<SignedInUser> signingIn = Task.Run(() => SignIn(client));
        await arrived.Task;
        Server.Answers[MetadataPath] = sent =>
        {
            sought.TrySetResult();
            end.Wait();
            return metadata(sent);
        };
        Time.Advance(TimeSpan.FromSeconds(3));
        await sought.Task;
        Task read = log.Next(DocumentRead);
        release.Set();
        await read;
        Time.Advance(TimeSpan.FromSeconds(3));

        try
        {
            Assert.That((await signingIn.WaitAsync(TimeSpan.FromSeconds(20))).Subject, Is.EqualTo(Provider.Subject));
        }
        finally
        {
            end.Set();
        }
    }

    [Test]
    public async Task Keys_that_were_read_serve_on_while_a_new_address_hangs()
    {
        Server.Metadata.Remove("end_session_endpoint");
        AuthorizationCodeClient client = Client();
        await SignIn(client);
        Server.Metadata["jwks_uri"] = "https://keys.op.example/new-keys";
        using var release = new ManualResetEventSlim();
        Task arrived = HangAt("/new-keys", release);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(() => client.CreateSignOutUriAsync(), Throws.TypeOf<AuthenticationFailedException>());

        Task<SignedInUser> signingIn = Task.Run(() => SignIn(client));
        await arrived;
        Time.Advance(TimeSpan.FromSeconds(5));

        try
        {
            // The keys are looked for again for the ID token. The request itself would end after 100 seconds.
            Assert.That(() => IsOverIn(TimeSpan.FromSeconds(5)), Is.True.After(4000, 250));
            Assert.That((await signingIn).Subject, Is.EqualTo(Provider.Subject));
        }
        finally
        {
            release.Set();
        }

        bool IsOverIn(TimeSpan time)
        {
            Time.Advance(time);
            return signingIn.IsCompleted;
        }
    }

    [Test]
    public async Task Keys_that_can_be_read_at_neither_address_are_told_as_those_of_the_new_one()
    {
        PublishAt("/old-keys");
        Server.Answers["/old-keys"] = static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        Server.Answers["/new-keys"] = static _ => new HttpResponseMessage(HttpStatusCode.Gone);
        AuthorizationCodeClient client = Client();
        AuthorizationTransaction transaction = (await client.CreateAuthorizationRequestAsync(The.Redirect, ["email"])).Transaction;
        Server.Metadata["jwks_uri"] = "https://new-keys.op.example/new-keys";
        Time.Advance(TimeSpan.FromMinutes(1));

        AuthenticationFailedException? failure = Assert.ThrowsAsync<AuthenticationFailedException>(() => SignIn(client, transaction));

        Assert.That(failure!.Message, Does.StartWith("The OpenID metadata or signing keys of new-keys.op.example could not be read: HTTP 410"));
    }

    private Task HangAt(string path, ManualResetEventSlim release)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Server.Answers[path] = _ =>
        {
            arrived.TrySetResult();
            release.Wait();
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        };
        return arrived.Task;
    }

    private void PublishAt(string path)
    {
        Server.Answers[path] = Server.Answers["/keys"];
        Server.Metadata["jwks_uri"] = $"https://keys.op.example{path}";
    }

    private void Move(bool hasOldDocument)
    {
        Server.Answers["/old-keys"] = hasOldDocument ? static _ => Unrelated() : static _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        Server.Metadata["jwks_uri"] = "https://keys.op.example/keys";
    }

    private static HttpResponseMessage Unrelated()
    {
        using RSA key = RSA.Create(2048);
        JsonObject json = Provider.PublicKeyOf(key);
        json["kid"] = "another";
        return Provider.Json(HttpStatusCode.OK, new JsonObject { ["keys"] = new JsonArray(json) });
    }
}
