namespace AuthCode;

/// <summary>Tells an instance that another one has changed an entry. A store can implement it beside <see cref="ISessionStore"/>.</summary>
/// <remarks>A notice is a hint: sessions are read again after <see cref="UserSessionOptions.RevalidateAfter"/> in any case.</remarks>
public interface ISessionStoreChanges
{
    /// <summary>Subscribes to changes.</summary>
    /// <param name="onChanged">Called with the key that was written or ended, from any thread. It does not throw and does not block.</param>
    /// <returns>Ends the subscription, at a notice that comes after nobody has the client any more. It can be disposed of within a notice.</returns>
    IDisposable Subscribe(Action<string> onChanged);
}
