namespace AuthCode.AspNetCore.Tests;

/// <summary>Where token requests wait while it is shut.</summary>
internal sealed class Gate
{
    internal volatile bool IsShut;

    internal TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A handler whose token requests wait.</summary>
    internal DelegatingHandler CreateHandler() => new Held(this);

    private sealed class Held(Gate gate) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (gate.IsShut && request.Method == HttpMethod.Post)
            {
                gate.Reached.TrySetResult();
                await gate.Opened.Task;
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
