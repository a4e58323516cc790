namespace AuthCode;

/// <summary>How a flight ended: with a token, with a reason why there is none, or with the credential's disposal.</summary>
internal readonly record struct FlightResult(CachedToken? Token, Failure? Failure)
{
    /// <summary>The token, or the exception that belongs to this caller alone.</summary>
    internal CachedToken Unwrap() =>
        Token ?? throw (Failure?.ToException() ?? (Exception)new ObjectDisposedException(typeof(AuthorizationCodeCredential).FullName));
}

/// <summary>One acquisition that all callers for the same token share. No caller's cancellation reaches it, and it never faults.</summary>
internal sealed class TokenAcquisition(TokenRequest request, CachedToken? stale)
{
    // Callers continue elsewhere than on the thread that lands the flight.
    private readonly TaskCompletionSource<FlightResult> _landing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal TokenRequest Request { get; } = request;

    /// <summary>The valid token that this flight is to replace before its time; <see langword="null"/> when callers have none.</summary>
    internal CachedToken? Stale { get; } = stale;

    /// <summary>How many answers to this flight's refreshes were lost. Guarded by the turn.</summary>
    internal int AnswersLost { get; set; }

    /// <summary>How many turns the flight has had. Guarded by the turn.</summary>
    internal int Turns { get; set; }

    /// <summary>The result of the first turn until the retry pipeline has seen it. Touched by whoever flies alone.</summary>
    internal TurnResult? Taken { get; set; }

    internal TurnResult? TakeTaken()
    {
        TurnResult? taken = Taken;
        Taken = null;
        return taken;
    }

    internal void Land(FlightResult result) => _landing.SetResult(result);

    internal async ValueTask<CachedToken> WaitAsync(CancellationToken cancellationToken)
    {
        FlightResult result = await _landing.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return result.Unwrap();
    }

    internal CachedToken Wait(CancellationToken cancellationToken)
    {
        _landing.Task.Wait(cancellationToken);
        return _landing.Task.Result.Unwrap();
    }
}
