namespace AuthCode;

/// <content>What a turn is made of.</content>
internal sealed partial class SessionTurn
{
    /// <summary>What the turn is made of while it is in use.</summary>
    private sealed class Parts : IDisposable
    {
        internal readonly SemaphoreSlim Turn = new(1, 1);

        internal readonly CancellationTokenSource Lifetime = new();

        internal int Users;

        /// <summary>Ends the waits for a turn that is stalled.</summary>
        internal CancellationTokenSource? Interrupt;

        internal Failure? Stalled;

        // The others have nothing to dispose of, and whoever disposes of the session may be about to cancel its lifetime.
        public void Dispose() => Interrupt?.Dispose();
    }
}
