using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AuthCode.Telemetry.Tests;

/// <summary>Hears the meter and the activities of AuthCode, and those of .NET's HTTP client.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly ConcurrentQueue<Measurement> _measurements = new();
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _listener;

    internal Recorder(params string[] otherSources)
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "AuthCode")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AuthCode" || otherSources.Contains(source.Name),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    internal IReadOnlyList<Measurement> Measurements => [.. _measurements];

    /// <summary>The activities that have ended, in the order in which they did.</summary>
    internal IReadOnlyList<Activity> Activities => [.. _activities];

    internal IReadOnlyList<Measurement> Of(string instrument) => [.. _measurements.Where(measurement => measurement.Instrument == instrument)];

    internal IReadOnlyList<Activity> Named(string name) => [.. _activities.Where(activity => activity.OperationName == name)];

    /// <summary>What an observable instrument says now; 0 before there is any session.</summary>
    internal double Observe(string instrument)
    {
        int before = _measurements.Count;
        _meters.RecordObservableInstruments();
        return _measurements.Skip(before).SingleOrDefault(measurement => measurement.Instrument == instrument)?.Value ?? 0;
    }

    public void Dispose()
    {
        _meters.Dispose();
        _listener.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _measurements.Enqueue(new Measurement(
        instrument.Name, KindOf(instrument), instrument.Unit, value, tags.ToArray().ToDictionary(static tag => tag.Key, static tag => tag.Value)));

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        ObservableUpDownCounter<int> => "up-down counter",
        _ => instrument.GetType().Name,
    };
}
