using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AuthCode;

/// <summary>The instruments of tokens, the store and leases. Those of sessions are in <see cref="SessionInstruments"/>.</summary>
/// <remarks>
/// They are created when the first token is looked up, and live as long as the process. The table of docs/telemetry.md is compared with
/// what they record.
/// </remarks>
internal static class Instruments
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    internal const string Name = "AuthCode";

    private static readonly Meter Meter = new(Name);

#if NET9_0_OR_GREATER
    // The default buckets are for milliseconds.
    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 100] };
#endif

    internal static readonly Counter<long> Lookups = Counter(
        "authcode.token.lookups", "{lookup}", "Calls for a token, by what the cache had.");

    internal static readonly Histogram<double> Waits = Durations(
        "authcode.token.wait.duration", "How long a caller waited for a token that the cache did not have.");

    internal static readonly Histogram<double> TokenRequests = Durations(
        "authcode.token_request.duration", "How long a request to the token endpoint took.");

    internal static readonly Counter<long> Adoptions = Counter(
        "authcode.refresh.adopted", "{token}", "Refreshes of other instances that this one took over.");

    internal static readonly Histogram<double> StoreCalls = Durations(
        "authcode.store.duration", "How long a call of the session store took.");

    internal static readonly Histogram<double> LeaseWaits = Durations(
        "authcode.lease.wait.duration", "How long a refresh waited for the lease of its session.");

    internal static readonly Counter<long> LostLeases = Counter(
        "authcode.lease.lost", "{lease}", "Leases that were lost before they were released.");

    internal static Counter<long> Counter(string name, string unit, string description)
    {
        try
        {
            return Meter.CreateCounter<long>(name, unit, description);
        }
        catch (Exception)
        {
            return Unheard().CreateCounter<long>(name, unit, description);
        }
    }

    internal static ObservableUpDownCounter<int> Observable(string name, Func<int> observe, string unit, string description)
    {
        try
        {
            return Meter.CreateObservableUpDownCounter(name, observe, unit, description);
        }
        catch (Exception)
        {
            return Unheard().CreateObservableUpDownCounter(name, observe, unit, description);
        }
    }

    /// <summary>Counts one. A listener that fails costs nobody a token.</summary>
    internal static void Count(Counter<long> counter, in TagList tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception)
        {
            // It is the listener's own.
        }
    }

    /// <summary>Records a duration. A listener that fails costs nobody a token.</summary>
    internal static void Record(Histogram<double> durations, TimeSpan duration, in TagList tags)
    {
        try
        {
            durations.Record(duration.TotalSeconds, tags);
        }
        catch (Exception)
        {
            // It is the listener's own.
        }
    }

    private static Histogram<double> Durations(string name, string description)
    {
        try
        {
            return Durations(Meter, name, description);
        }
        catch (Exception)
        {
            return Durations(Unheard(), name, description);
        }
    }

    private static Histogram<double> Durations(Meter meter, string name, string description) =>
#if NET9_0_OR_GREATER
        meter.CreateHistogram(name, "s", description, tags: null, Buckets);
#else
        meter.CreateHistogram<double>(name, "s", description);
#endif

    // A listener can fail when it is told of an instrument, and a type that could not be initialized would cost every token.
    private static Meter Unheard()
    {
        var meter = new Meter(Name);
        meter.Dispose();
        return meter;
    }
}
