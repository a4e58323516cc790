using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Runtime.ExceptionServices;

namespace AuthCode.Tests.Scenarios.Leaks;

/// <summary>Listens wherever a process writes: the logger at every level, event sources, activities, meters, and exceptions as they are thrown.</summary>
internal sealed class EverySink : IDisposable
{
    private readonly ConcurrentQueue<string> _texts = new();
    private readonly Events _events;
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private readonly EventHandler<FirstChanceExceptionEventArgs> _exceptions;

    internal EverySink()
    {
        _events = new Events(_texts.Enqueue);
        _activities = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _texts.Enqueue(
                $"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.Select(static e => $"{e.Name} {string.Join(' ', e.Tags)}"))}"),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        _meters.SetMeasurementEventCallback<double>(Measured);
        _meters.SetMeasurementEventCallback<long>(Measured);
        _meters.SetMeasurementEventCallback<int>(Measured);
        _meters.Start();
        _exceptions = (_, thrown) => _texts.Enqueue(thrown.Exception.ToString());
        AppDomain.CurrentDomain.FirstChanceException += _exceptions;
    }

    internal RecordedLog Log { get; } = new();

    internal string Everything => string.Join('\n', _texts.Concat(Log.Texts));

    internal void Add(string text) => _texts.Enqueue(text);

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= _exceptions;
        _meters.Dispose();
        _activities.Dispose();
        _events.Dispose();
    }

    private void Measured<T>(Instrument instrument, T measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            _texts.Enqueue($"{instrument.Name} {tag}");
        }
    }

    private sealed class Events(Action<string> write) : EventListener
    {
        private static readonly string[] Sources = ["System.Net.Http", "System.Net.Security", "System.Net.NameResolution", "System.Net.Sockets", "Polly", "AuthCode"];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (Sources.Any(name => eventSource.Name == name))
            {
                EnableEvents(eventSource, EventLevel.Verbose, EventKeywords.All);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            // The base constructor enables sources before the field is set.
            write?.Invoke($"{eventData.EventSource.Name} {eventData.EventName} {string.Join(' ', eventData.Payload ?? (IEnumerable<object?>)[])}");
    }
}
