using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AuthCode;

/// <summary>Every instrument, with its name and unit. The table of docs/telemetry.md is compared with what they record.</summary>
/// <remarks>They are created when the first token is looked up or the first session is kept, and live as long as the process.</remarks>
internal static class Instruments
{
    /// <summary>The name of the meter and of the source of activities.</summary>
    internal const string Name = "AuthCode";

    private static readonly Meter Meter = new(Name);

#if NET9_0_OR_GREATER
    // The default buckets are for milliseconds.
    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 100] };
#endif

    internal static readonly Counter<long> Lookups = Meter.CreateCounter<long>(
        "authcode.token.lookups", "{lookup}", "Calls for a token, by what the cache had.");

    internal static readonly Histogram<double> Waits = Durations(
        "authcode.token.wait.duration", "How long a caller waited for a token that the cache did not have.");

    internal static readonly Histogram<double> TokenRequests = Durations(
        "authcode.token_request.duration", "How long a request to the token endpoint took.");

    internal static readonly Counter<long> Adoptions = Meter.CreateCounter<long>(
        "authcode.refresh.adopted", "{token}", "Refreshes of other instances that this one took over.");

    internal static readonly Counter<long> Ends = Meter.CreateCounter<long>(
        "authcode.session.ended", "{session}", "Sessions that ended on this instance.");

    internal static readonly Histogram<double> StoreCalls = Durations(
        "authcode.store.duration", "How long a call of the session store took.");

    internal static readonly Histogram<double> LeaseWaits = Durations(
        "authcode.lease.wait.duration", "How long a refresh waited for the lease of its session.");

    internal static readonly Counter<long> LostLeases = Meter.CreateCounter<long>(
        "authcode.lease.lost", "{lease}", "Leases that were lost before they were released.");

    // Implementation note: counted when they are read, and not by steps. Steps that were taken while nobody listened would be missing
    // later, and those of a client that was left to the garbage collector would never be taken back.
    internal static readonly ObservableUpDownCounter<int> Active = Meter.CreateObservableUpDownCounter(
        "authcode.session.active", SessionCount.Active, "{session}", "Sessions in the memory of this process.");

    internal static readonly ObservableUpDownCounter<int> Dirty = Meter.CreateObservableUpDownCounter(
        "authcode.session.dirty", SessionCount.Dirty, "{session}", "Sessions with something that could not be stored yet.");

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

#if NET9_0_OR_GREATER
    private static Histogram<double> Durations(string name, string description) => Meter.CreateHistogram(name, "s", description, tags: null, Buckets);
#else
    private static Histogram<double> Durations(string name, string description) => Meter.CreateHistogram<double>(name, "s", description);
#endif
}
