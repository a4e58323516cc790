namespace AuthCode;

/// <summary>The subscription of a client's sessions to the changes of a store, which ends once nobody has the sessions: a store can outlive its clients.</summary>
internal sealed class StoreSubscription
{
    private readonly WeakReference<SessionMemory> _memory;

    // Set once the store has returned it; a notice can come before.
    private volatile IDisposable? _subscription;

    private StoreSubscription(SessionMemory memory) => _memory = new WeakReference<SessionMemory>(memory);

    internal static void Begin(ISessionStoreChanges store, SessionMemory memory)
    {
        var subscription = new StoreSubscription(memory);
        subscription._subscription = store.Subscribe(subscription.NoteChange);
    }

    private void NoteChange(string storeKey)
    {
        if (_memory.TryGetTarget(out SessionMemory? memory))
        {
            memory.NoteChange(storeKey);
        }
        else
        {
            _subscription?.Dispose();
        }
    }
}
