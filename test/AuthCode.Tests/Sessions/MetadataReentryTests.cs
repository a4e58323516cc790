using System.Net;
using AuthCode.Tests.Scenarios.Providers;
using Azure.Core;
using Microsoft.Extensions.Logging;

namespace AuthCode.Tests.Sessions;

/// <summary>Parts of a read of the metadata that need the metadata themselves: they must not wait for the read that they are part of.</summary>
internal sealed class MetadataReentryTests(bool isAsync) : ProviderFixture(isAsync)
{
    private const string Metadata = "/tenant-1/.well-known/openid-configuration";

    // By the clock of the machine, and only when the test fails.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_logger_that_is_told_of_the_metadata_may_call_another_credential([Values] bool isRead)
    {
        var log = new CallingLog(isRead ? 14 : 15);
        Func<SentRequest, HttpResponseMessage> read = Server.Answers[Metadata];
        bool isFirst = true;
        Server.Answers[Metadata] = sent => isRead || !isFirst ? read(sent) : new HttpResponseMessage(HttpStatusCode.InternalServerError);
        AuthorizationCodeClient client = Client(options => options.LoggerFactory = log);
        await using AuthorizationCodeCredential one = Begin(client);
        await using AuthorizationCodeCredential two = Begin(client);
        log.Call = () =>
        {
            isFirst = false;
            return Block(two);
        };

        await GetToken(one, "read").WaitAsync(Patience);
        object? outcome = await log.Outcome.WaitAsync(Patience);

        Assert.That(outcome, Is.TypeOf<AccessToken>());
    }

    [Test]
    public async Task A_logger_that_is_told_of_the_metadata_does_not_hang_in_the_credential_that_needs_them()
    {
        var log = new CallingLog(14);
        AuthorizationCodeClient client = Client(options => options.LoggerFactory = log);
        await using AuthorizationCodeCredential credential = Begin(client);
        log.Call = () => Block(credential);

        AccessToken token = await GetToken(credential, "read").WaitAsync(Patience);
        object? outcome = await log.Outcome.WaitAsync(Patience);

        Assert.That(token.Token, Is.EqualTo("access-1"));
        Assert.That(outcome is AccessToken { Token: "access-1" } || (outcome as AuthenticationFailedException)?.Message == Failures.CalledWithin().Message, Is.True);
    }

    [Test]
    public async Task A_handler_that_calls_while_it_reads_the_metadata_is_refused([Values] bool isSame)
    {
        AuthorizationCodeCredential? called = null;
        AuthenticationFailedException? failure = null;
        Func<SentRequest, HttpResponseMessage> read = Server.Answers[Metadata];
        Server.Answers[Metadata] = sent =>
        {
            failure = Assert.Catch<AuthenticationFailedException>(() => Block(called!));
            return read(sent);
        };
        AuthorizationCodeClient client = Client();
        await using AuthorizationCodeCredential one = Begin(client);
        await using AuthorizationCodeCredential two = Begin(client);
        called = isSame ? one : two;

        AccessToken token = await GetToken(one, "read").WaitAsync(Patience);
        AccessToken later = await GetToken(two, "read").WaitAsync(Patience);

        Assert.That(failure?.Message, Is.EqualTo(Failures.CalledWithin().Message));
        Assert.That((token.Token, later.Token), Is.EqualTo(("access-1", "access-2")));
    }

    [TestCase("another")]
    [TestCase("read", TestName = "A_handler_that_calls_another_credential_is_refused_before_others_can_join")]
    public async Task A_handler_that_calls_a_credential_that_waits_for_its_read_is_refused_whatever_it_requests(string scope)
    {
        AuthorizationCodeCredential? called = null;
        AuthenticationFailedException? failure = null;
        Task<AccessToken>? waiting = null;
        Func<SentRequest, HttpResponseMessage> read = Server.Answers[Metadata];
        Server.Answers[Metadata] = sent =>
        {
            using (ExecutionContext.SuppressFlow())
            {
                waiting = Task.Run(() => GetToken(called!, "read"));
            }

            failure = Assert.Catch<AuthenticationFailedException>(() => Block(called!, scope));
            return read(sent);
        };
        AuthorizationCodeClient client = Client();
        await using AuthorizationCodeCredential one = Begin(client);
        called = Begin(client);

        await GetToken(one, "read").WaitAsync(Patience);

        Assert.That((await waiting!.WaitAsync(Patience)).Token, Does.StartWith("access-"));
        Assert.That(failure?.Message, Is.EqualTo(Failures.CalledWithin().Message));
        await called.DisposeAsync();
    }

    [Test]
    public async Task A_handler_that_calls_while_a_sign_in_reads_the_metadata_is_refused([Values] bool begins)
    {
        AuthenticationFailedException? failure = null;
        AuthorizationCodeClient? client = null;
        Func<SentRequest, HttpResponseMessage> read = Server.Answers[Metadata];
        Server.Answers[Metadata] = sent =>
        {
            failure = Assert.Catch<AuthenticationFailedException>(() =>
            {
                if (begins)
                {
                    client!.CreateAuthorizationRequestAsync(The.Redirect, ["read"]).GetAwaiter().GetResult();
                }
                else
                {
                    Block(Begin(client!));
                }
            });
            return read(sent);
        };
        client = Client();

        AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(The.Redirect, ["read"]).WaitAsync(Patience);

        Assert.That(failure?.Message, Is.EqualTo(Failures.CalledWithin().Message));
        Assert.That(request.Uri.Host, Is.EqualTo("op.example"));
    }

    private AccessToken Block(AuthorizationCodeCredential credential, string scope = "read") => IsAsync
        ? credential.GetTokenAsync(Some.Request(scope), default).AsTask().GetAwaiter().GetResult()
        : credential.GetToken(Some.Request(scope), default);

    private static AuthorizationCodeCredential Begin(AuthorizationCodeClient client) => client.CreateCredential(The.Code, The.Redirect, The.Verifier);

    /// <summary>Calls at the first event of an id, and keeps what came of it.</summary>
    private sealed class CallingLog(int id) : ILoggerFactory, ILogger
    {
        private readonly TaskCompletionSource<object> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calls;

        internal Func<object>? Call { get; set; }

        internal Task<object> Outcome => _outcome.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id != id || Interlocked.Increment(ref _calls) > 1)
            {
                return;
            }

            try
            {
                _outcome.SetResult(Call!());
            }
            catch (AuthenticationFailedException e)
            {
                _outcome.SetResult(e);
            }
        }

        public void Dispose()
        {
        }
    }
}
