using System.Diagnostics;

namespace AuthCode;

/// <summary>Makes an HTTP request part of the trace that it is sent for, where nothing of the trace is sent with it.</summary>
/// <remarks>
/// AuthCode hides the current activity from an HTTP client that it is given, since most would send its ID to the server. Where the
/// handlers below end in the one that was set up here, nothing is sent; a handler that the host has put in its place may send it.
/// </remarks>
internal sealed class ActivityHandler : DelegatingHandler
{
    /// <summary>Keeps trace context and baggage from being sent. Without a propagator, there would be no activity of a request either.</summary>
    internal static readonly DistributedContextPropagator Silent = DistributedContextPropagator.CreateNoOutputPropagator();

    // AuthCode puts the activity here.
    private static readonly HttpRequestOptionsKey<Activity> ActivityKey = new("AuthCode.Activity");

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Activity? outer = Activity.Current;
        try
        {
            Enter(request);
            return base.Send(request, cancellationToken);
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Within this method alone.
        Enter(request);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private void Enter(HttpRequestMessage request)
    {
        if (request.Options.TryGetValue(ActivityKey, out Activity? activity) && IsSilent())
        {
            Activity.Current = activity;
        }
    }

    private bool IsSilent()
    {
        HttpMessageHandler? handler = InnerHandler;
        while (handler is DelegatingHandler { InnerHandler: var inner })
        {
            handler = inner;
        }

        return handler is SocketsHttpHandler { ActivityHeadersPropagator: { } propagator } && propagator == Silent;
    }
}
