using Azure.Core;
using Microsoft.Extensions.Logging;

namespace AuthCode.Tests.Diagnostics;

internal sealed class LoggingTests(bool isAsync) : BothWays(isAsync)
{
    [Test]
    public async Task What_happens_is_logged_with_the_request_id_and_without_values()
    {
        var log = new RecordedLog();
        var endpoint = new ScriptedEndpoint(Answer.Throw(new HttpRequestException(HttpRequestError.ConnectionError, "refused")), Answer.Token(), Answer.Error("invalid_grant"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: options => options.LoggerFactory = log);
        const string RequestId = "0f8fad5b-d9cb-469f-a165-70867728950e";

        await GetToken(credential, Some.Request(The.Vault, requestId: RequestId));
        await Failure(credential, Some.Request(The.Storage));

        Assert.Multiple(() =>
        {
            Assert.That(log.Ids, Is.EqualTo(new[] { 1, 4, 5, 1, 2, 1, 3, 7 }));
            Assert.That(log.Texts.Take(5), Is.All.Contains(RequestId));
            Assert.That(log.Texts[1], Does.Contain("NeverSent"));
            Assert.That(log.Texts[6], Does.Contain("HTTP 400, invalid_grant"));
        });
    }

    [Test]
    public async Task A_logger_that_fails_costs_no_token()
    {
        var endpoint = new ScriptedEndpoint(Answer.Token("access-1"));
        await using AuthorizationCodeCredential credential = Some.Credential(endpoint, configure: static options => options.LoggerFactory = new BrokenLog());

        AccessToken token = await GetToken(credential);

        endpoint.Verify();
        Assert.That(token.Token, Is.EqualTo("access-1"));
    }

    private sealed class BrokenLog : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new InvalidOperationException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new InvalidOperationException();

        public bool IsEnabled(LogLevel logLevel) => logLevel < LogLevel.Warning ? true : throw new InvalidOperationException();

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException();

        public void Dispose()
        {
        }
    }
}
