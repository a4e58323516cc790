using System.Diagnostics;

namespace AuthCode;

/// <summary>The wait of one caller for a token that the cache did not have, as it is measured.</summary>
internal sealed class MeasuredWait
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Activity? _activity;

    private MeasuredWait(TimeProvider time)
    {
        _time = time;
        Outer = Spans.Outer;
        _started = time.GetTimestamp();
        _activity = Spans.Start(Spans.GetToken, ActivityKind.Internal, Outer, time.GetUtcNow());
        Outer = _activity?.Context ?? Outer;
    }

    /// <summary>What an acquisition that the caller starts is a part of.</summary>
    internal ActivityContext Outer { get; }

    /// <summary>What the cache had; <see langword="null"/> for a sign-in, which looks nothing up.</summary>
    internal string? Result { private get; set; }

    /// <summary>What the caller waits for; <see langword="null"/> if it is served or refused at once.</summary>
    internal TokenAcquisition? Acquisition { private get; set; }

    /// <summary>Whether another caller has started the acquisition.</summary>
    internal bool IsJoined { private get; set; }

    /// <summary>Begins to measure; <see langword="null"/> if nobody listens.</summary>
    internal static MeasuredWait? Begin(TimeProvider time) => Instruments.Waits.Enabled || Spans.AreWanted ? new MeasuredWait(time) : null;

    internal void End(AcquisitionResult result) => End(result.IsSuccess ? null : result.Failure?.Kind ?? typeof(ObjectDisposedException).FullName);

    internal void End(Exception exception) => End(ErrorTypes.Of(exception));

    private void End(string? errorType)
    {
        TimeSpan duration = _time.GetElapsedTime(_started);
        var tags = new TagList();
        if (Acquisition is not null && (IsJoined ? Attributes.Joined : Acquisition.Source) is { } source)
        {
            tags.Add(Attributes.Source, source);
        }

        if (errorType is not null)
        {
            tags.Add(Attributes.ErrorType, errorType);
        }

        if (Acquisition is not null || errorType is not null)
        {
            Instruments.Record(Instruments.Waits, duration, tags);
        }

        if (_activity is not null)
        {
            if (Result is not null)
            {
                tags.Add(Attributes.Result, Result);
            }

            Spans.End(_activity, duration, tags, isFailed: errorType is not null);
        }
    }
}
