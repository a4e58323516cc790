using Microsoft.Extensions.Logging;

namespace AuthCode.Tests.Sessions;

/// <summary>Parts of a token request that call the credential whose request they are part of.</summary>
internal sealed class ReentryTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task A_logger_that_calls_the_credential_is_refused_and_the_token_is_acquired()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        var log = new CallingLogger();
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.LoggerFactory = log);
        log.Call = () => IsAsync
            ? credential.GetTokenAsync(Some.Request(The.Storage), default).AsTask().GetAwaiter().GetResult()
            : credential.GetToken(Some.Request(The.Storage), default);

        string token = (await GetToken(credential)).Token;

        endpoint.Verify();
        Assert.That((token, log.Failure?.GetType()), Is.EqualTo(("access-1", typeof(AuthenticationFailedException))));
        Assert.That(log.Failure!.Message, Does.Contain("was called by a part of its own token request"));
    }

    [Test]
    public async Task A_handler_that_calls_the_credential_is_refused_and_the_code_is_kept()
    {
        AuthorizationCodeCredential? credential = null;
        Exception? failure = null;
        Answer calling = Answer.Of(_ =>
        {
            try
            {
                credential!.GetToken(Some.Request(), default);
            }
            catch (AuthenticationFailedException e)
            {
                failure = e;
            }

            throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
        });
        var endpoint = new ScriptedEndpoint(calling, Answer.Token("access-1"));
        credential = Some.Credential(endpoint);

        string token = (await GetToken(credential)).Token;

        endpoint.Verify();
        Assert.That((token, failure?.Message), Is.EqualTo(("access-1", Failures.CalledWithin().Message)));
        credential.Dispose();
    }

    [Test]
    public async Task A_callback_that_calls_the_credential_through_another_one_is_refused()
    {
        AuthorizationCodeCredential? inner = null;
        AuthorizationCodeCredential? outer = null;
        string? message = null;
        inner = Some.Credential(new ScriptedEndpoint(Answer.Token()), configure: options => options.ClientAuthentication = ClientAuthentication.Assertion(async token =>
        {
            try
            {
                await outer!.GetTokenAsync(Some.Request(The.Storage), token);
            }
            catch (AuthenticationFailedException e)
            {
                message = e.Message;
            }

            return "an.assertion.of-mine";
        }));
        outer = Some.Credential(new ScriptedEndpoint(Answer.Token()), configure: options => options.ClientAuthentication = ClientAuthentication.Assertion(
            async token => (await inner.GetTokenAsync(Some.Request(), token)).Token));

        await GetToken(outer);

        Assert.That(message, Is.EqualTo(Failures.CalledWithin().Message));
        inner.Dispose();
        outer.Dispose();
    }

    [Test]
    public async Task What_a_part_of_an_earlier_request_left_behind_may_call()
    {
        var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AuthorizationCodeCredential? credential = null;
        Task<Azure.Core.AccessToken>? left = null;
        Answer leaving = Answer.Of(_ =>
        {
            left = Leave();
            return new HttpResponseMessage { Content = new StringContent(Answer.TokenJson(), System.Text.Encoding.UTF8, "application/json") };
        });
        credential = Some.Credential(new ScriptedEndpoint(leaving, Answer.Token("access-2")));
        await GetToken(credential);

        later.SetResult();

        Assert.That((await left!).Token, Is.EqualTo("access-2"));
        credential.Dispose();

        async Task<Azure.Core.AccessToken> Leave()
        {
            await later.Task;
            return await credential!.GetTokenAsync(Some.Request(The.Storage), default);
        }
    }

    private sealed class CallingLogger : ILoggerFactory, ILogger
    {
        internal Func<Azure.Core.AccessToken>? Call { get; set; }

        internal Exception? Failure { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            try
            {
                Call?.Invoke();
            }
            catch (AuthenticationFailedException e)
            {
                Failure ??= e;
            }
        }

        public void Dispose()
        {
        }
    }
}
