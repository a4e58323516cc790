namespace AuthCode;

/// <content>What a caller does not find in the cache, measured while anyone listens.</content>
internal sealed partial class TokenSession
{
    /// <summary>Acquires a token, or joins an acquisition that is under way.</summary>
    /// <exception cref="OperationCanceledException">The caller canceled.</exception>
    internal AcquisitionResult Acquire(TokenRequest request, CancellationToken cancellationToken)
    {
        if (MeasuredWait.Begin(_grants.Factory.Time) is not { } wait)
        {
            return Acquire(request, wait: null, cancellationToken);
        }

        try
        {
            AcquisitionResult result = Acquire(request, wait, cancellationToken);
            wait.End(result);
            return result;
        }
        catch (Exception e)
        {
            wait.End(e);
            throw;
        }
    }

    /// <inheritdoc cref="Acquire(TokenRequest, CancellationToken)"/>
    internal Task<AcquisitionResult> AcquireAsync(TokenRequest request, CancellationToken cancellationToken) => MeasuredWait.Begin(_grants.Factory.Time) is { } wait
        ? MeasureAsync(request, wait, cancellationToken)
        : AcquireAsync(request, wait: null, cancellationToken);

    private async Task<AcquisitionResult> MeasureAsync(TokenRequest request, MeasuredWait wait, CancellationToken cancellationToken)
    {
        try
        {
            AcquisitionResult result = await AcquireAsync(request, wait, cancellationToken).ConfigureAwait(false);
            wait.End(result);
            return result;
        }
        catch (Exception e)
        {
            wait.End(e);
            throw;
        }
    }

    private static void NoteLookup(TokenRequest request, MeasuredWait? wait, bool isDue)
    {
        if (request.IsForSignIn)
        {
            return;
        }

        string result = isDue ? Attributes.Due : Attributes.Miss;
        TokenLookups.Note(result);
        wait?.Result = result;
    }
}
