namespace AuthCode.Farm.Instances;

/// <summary>Where an instance can be made to wait in a refresh.</summary>
internal enum GatePlace
{
    /// <summary>The refresh has its lease and has read the store; the client is about to authenticate.</summary>
    Prepare,

    /// <summary>The request is about to be sent.</summary>
    Send,

    /// <summary>The response has been received, and nothing is stored yet.</summary>
    Response,
}

/// <summary>Makes the next refresh of an instance wait at a place until it is let on.</summary>
/// <param name="onReached">Called when the refresh has reached the gate.</param>
internal sealed class Gate(Action<GatePlace> onReached)
{
    private readonly Lock _lock = new();
    private GatePlace? _closed;
    private TaskCompletionSource _opened = new();

    internal void Close(GatePlace place)
    {
        lock (_lock)
        {
            _closed = place;
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    internal void Open() => _opened.TrySetResult();

    internal async Task PassAsync(GatePlace place, CancellationToken cancellationToken)
    {
        Task opened;
        lock (_lock)
        {
            if (_closed != place)
            {
                return;
            }

            _closed = null;
            opened = _opened.Task;
        }

        onReached(place);
        await opened.WaitAsync(cancellationToken);
    }
}

/// <summary>The two places of the gate that are around the request.</summary>
/// <param name="gate">The gate.</param>
internal sealed class GateHandler(Gate gate) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await gate.PassAsync(GatePlace.Send, cancellationToken);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        await gate.PassAsync(GatePlace.Response, cancellationToken);
        return response;
    }
}
