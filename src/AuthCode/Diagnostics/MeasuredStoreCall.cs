using System.Diagnostics;

namespace AuthCode;

/// <summary>A call of the session store, as it is measured.</summary>
internal sealed class MeasuredStoreCall
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly string _operation;

    private MeasuredStoreCall(string operation, TimeProvider time, ActivityContext parent)
    {
        _operation = operation;
        _time = time;
        _started = time.GetTimestamp();
        Activity = Spans.Start(Spans.Store, ActivityKind.Client, parent, time.GetUtcNow());
    }

    /// <summary>The activity, which the requests of the store are a part of; <see langword="null"/> if nobody wants it.</summary>
    internal Activity? Activity { get; }

    /// <summary>Begins to measure; <see langword="null"/> if nobody listens.</summary>
    internal static MeasuredStoreCall? Begin(string operation, TimeProvider time, ActivityContext parent) =>
        Instruments.StoreCalls.Enabled || Spans.AreWanted ? new MeasuredStoreCall(operation, time, parent) : null;

    internal void End(string outcome)
    {
        TimeSpan duration = _time.GetElapsedTime(_started);
        TagList tags = new() { { Attributes.Operation, _operation }, { Attributes.Outcome, outcome } };
        Instruments.Record(Instruments.StoreCalls, duration, tags);
        if (Activity is not null)
        {
            Spans.End(Activity, duration, tags, isFailed: outcome == Attributes.Error);
        }
    }
}
