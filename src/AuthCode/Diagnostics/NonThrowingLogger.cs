using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthCode;

/// <summary>A caller's logger whose failures stay its own: a response that has arrived must be kept even if it cannot be logged.</summary>
internal sealed class NonThrowingLogger : ILogger
{
    private readonly ILogger _logger;

    private NonThrowingLogger(ILogger logger) => _logger = logger;

    internal static ILogger Around(ILoggerFactory? factory) =>
        factory is null ? NullLogger.Instance : new NonThrowingLogger(factory.CreateLogger(AuthCode.Log.Category));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is nowhere left to write it.
        }
    }
}
