using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What this package and the authentication of the framework log, at every level.</summary>
internal sealed class RecordingProvider : ILoggerProvider
{
    internal ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Recorder(
        categoryName.StartsWith("AuthCode", StringComparison.Ordinal) || categoryName.StartsWith("Microsoft.AspNetCore.Authentication", StringComparison.Ordinal) ? Lines : null);

    public void Dispose()
    {
    }

    private sealed class Recorder(ConcurrentQueue<string>? lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => lines is not null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines?.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
