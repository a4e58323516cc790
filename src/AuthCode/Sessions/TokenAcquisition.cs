using System.Diagnostics;

namespace AuthCode;

/// <summary>One acquisition that all callers for the same token share. No caller's cancellation reaches it, and it never faults.</summary>
/// <param name="request">What is acquired.</param>
/// <param name="valid">The valid token that it is to replace before its time; <see langword="null"/> if callers have none.</param>
/// <param name="stores">How many tokens the cache had stored when a look-up found no other.</param>
/// <param name="parent">What the first caller's wait is in a trace.</param>
internal sealed class TokenAcquisition(TokenRequest request, CachedToken? valid, int stores, ActivityContext parent)
{
    // Callers continue elsewhere than on the thread that completes the acquisition.
    private readonly TaskCompletionSource<AcquisitionResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal readonly TokenRequest Request = request;

    /// <summary>The valid token that is to be replaced before its time; <see langword="null"/> if callers have none.</summary>
    internal readonly CachedToken? Valid = valid;

    /// <summary>The work that the first caller was part of.</summary>
    internal readonly WorkScope? Outer = WorkScope.Current;

    /// <summary>What the first caller's wait is in a trace; the acquisition has nothing else of that caller.</summary>
    internal readonly ActivityContext Parent = parent;

    /// <summary>Where the token came from, or was requested; <see langword="null"/> if nothing was. Guarded by the turn.</summary>
    internal string? Source;

    /// <summary>How many responses to this acquisition's attempts were lost. Guarded by the turn.</summary>
    internal int LostResponses;

    /// <summary>How many turns the acquisition has had. Guarded by the turn.</summary>
    internal int Turns;

    /// <summary>Whether callers have their result; then nobody waits for further attempts.</summary>
    internal bool IsComplete => _completion.Task.IsCompleted;

    /// <summary>The result of the first turn until the retry pipeline has seen it. Touched by whoever runs the acquisition.</summary>
    internal AcquisitionResult? FirstResult { private get; set; }

    internal AcquisitionResult? TakeFirstResult()
    {
        AcquisitionResult? first = FirstResult;
        FirstResult = null;
        return first;
    }

    /// <summary>A token that serves the request and has been stored since the acquisition began.</summary>
    internal CachedToken? FindNewer(TokenCache cache, DateTimeOffset now) =>
        cache.Stores != stores && cache.Find(Request.Key, now) is { } found && found != Valid && !found.IsDue(now) ? found : null;

    /// <summary>Gives callers their result; the first one counts.</summary>
    internal void Complete(AcquisitionResult result) => _completion.TrySetResult(result);

    internal Task<AcquisitionResult> WaitAsync(CancellationToken cancellationToken) => _completion.Task.WaitAsync(cancellationToken);

    internal AcquisitionResult Wait(CancellationToken cancellationToken)
    {
        _completion.Task.Wait(cancellationToken);
        return _completion.Task.Result;
    }
}
