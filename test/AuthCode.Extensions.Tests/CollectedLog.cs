using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuthCode.Extensions.Tests;

/// <summary>Keeps what is logged under the library's category.</summary>
internal sealed class CollectedLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Message)> _entries = new();

    internal IReadOnlyList<(int Id, LogLevel Level, string Message)> Entries => [.. _entries];

    internal IEnumerable<string> MessagesOf(int id) => Entries.Where(entry => entry.Id == id).Select(static entry => entry.Message);

    public ILogger CreateLogger(string categoryName) => categoryName == "AuthCode" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((eventId.Id, logLevel, formatter(state, exception)));

    public void Dispose()
    {
    }
}
