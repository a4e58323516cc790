using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuthCode.Tests;

/// <summary>Keeps every log event at every level, with its structured state, and lets a test wait for one.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int Id, LogLevel Level, string Text)> _events = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _waiting = new();

    internal IReadOnlyList<string> Texts => [.. _events.Select(static entry => entry.Text)];

    internal IReadOnlyList<int> Ids => [.. _events.Select(static entry => entry.Id)];

    /// <summary>Each event as its id and level.</summary>
    internal IReadOnlyList<string> Events => [.. _events.Select(static entry => $"{entry.Id} {entry.Level}")];

    /// <summary>Done when an event with this id is logged from now on.</summary>
    internal Task Next(int id)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = signal;
        return signal.Task;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string fields = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "";
        _events.Enqueue((eventId.Id, logLevel, $"{logLevel} {formatter(state, exception)} {fields} {exception}"));
        if (_waiting.TryRemove(eventId.Id, out TaskCompletionSource? waiting))
        {
            waiting.SetResult();
        }
    }

    public void Dispose()
    {
    }
}
