using System.Diagnostics;

namespace AuthCode;

/// <summary>A request to the token endpoint, as it is measured.</summary>
internal sealed class MeasuredTokenRequest
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly string _host;
    private readonly string _grantType;
    private readonly int _attempt;

    private MeasuredTokenRequest(TimeProvider time, string host, string grantType, int attempt, ActivityContext parent)
    {
        _time = time;
        _host = host;
        _grantType = grantType;
        _attempt = attempt;
        _started = time.GetTimestamp();
        Activity = Spans.Start(Spans.TokenRequest, ActivityKind.Client, parent, time.GetUtcNow());
    }

    /// <summary>The activity, which the HTTP request is a part of; <see langword="null"/> if nobody wants it.</summary>
    internal Activity? Activity { get; }

    /// <summary>Begins to measure; <see langword="null"/> if nobody listens.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="host">The host of the endpoint.</param>
    /// <param name="grantType">The grant type on the wire.</param>
    /// <param name="attempt">The number of the attempt, from 1.</param>
    /// <param name="parent">What the request is a part of.</param>
    internal static MeasuredTokenRequest? Begin(TimeProvider time, string host, string grantType, int attempt, ActivityContext parent) =>
        Instruments.TokenRequests.Enabled || Spans.AreWanted ? new MeasuredTokenRequest(time, host, grantType, attempt, parent) : null;

    /// <param name="errorType">What went wrong; <see langword="null"/> if there is a token.</param>
    internal void End(string? errorType)
    {
        TimeSpan duration = _time.GetElapsedTime(_started);
        TagList tags = new() { { Attributes.ServerAddress, _host }, { Attributes.GrantType, _grantType }, { Attributes.Attempt, _attempt } };
        if (errorType is not null)
        {
            tags.Add(Attributes.ErrorType, errorType);
        }

        Instruments.Record(Instruments.TokenRequests, duration, tags);
        if (Activity is not null)
        {
            Spans.End(Activity, duration, tags, isFailed: errorType is not null);
        }
    }
}
