namespace AuthCode;

/// <content>What others do with the session than to acquire tokens: instances share it, the application keeps data with it, and it is signed out.</content>
internal sealed partial class TokenSession
{
    /// <inheritdoc cref="SharedSession.IsPending"/>
    internal bool IsPending => _grants.Shared?.IsPending == true;

    /// <inheritdoc cref="SessionGrants.Known"/>
    internal KnownSession? Known
    {
        set => _grants.Known = value;
    }

    /// <inheritdoc cref="SessionGrants.ShareAsync"/>
    internal ValueTask<StoreWrite?> ShareAsync(SharedSession shared, CancellationToken cancellationToken) => _grants.ShareAsync(shared, cancellationToken);

    /// <inheritdoc cref="SessionGrants.Attach"/>
    internal void Attach(SharedSession shared) => _grants.Attach(shared);

    /// <summary>Whether instances share the session.</summary>
    internal bool IsShared => _grants.Shared is not null;

    /// <inheritdoc cref="SessionGrants.FinishAsync"/>
    internal ValueTask FinishAsync(CancellationToken cancellationToken) => _grants.FinishAsync(cancellationToken);

    /// <inheritdoc cref="SessionGrants.RevalidateAsync"/>
    internal ValueTask<bool> RevalidateAsync(CancellationToken cancellationToken) => _grants.RevalidateAsync(cancellationToken);

    /// <inheritdoc cref="SessionGrants.IsAlive"/>
    internal bool IsAlive => _grants.IsAlive && !IsDisposed;

    /// <inheritdoc cref="SessionGrants.IsAliveAtLastAsync"/>
    internal async ValueTask<bool> IsAliveAtLastAsync(CancellationToken cancellationToken) => await _grants.IsAliveAtLastAsync(cancellationToken).ConfigureAwait(false) && !IsDisposed;

    /// <summary>Notes that another instance has changed the session.</summary>
    internal void NoteChange() => _grants.Shared?.NoteChange();

    /// <summary>Notes that a caller uses the session.</summary>
    internal void NoteUse(DateTimeOffset now) => _grants.UsedOn = now;

    /// <summary>When a caller used the session last, in ticks of UTC.</summary>
    internal long UsedTicks => _grants.UsedOn.UtcTicks;

    /// <inheritdoc cref="SessionGrants.AdoptAsync"/>
    internal Task AdoptAsync(TokenSession other, DateTimeOffset startedOn, CancellationToken cancellationToken) => _grants.AdoptAsync(other._grants, startedOn, cancellationToken);

    /// <inheritdoc cref="SessionGrants.Data"/>
    internal SessionData Data => _grants.Data;

    /// <summary>How often what the application keeps was replaced, on any instance.</summary>
    internal long DataVersion => Data.Version;

    /// <inheritdoc cref="SessionGrants.FindStoredDataAsync"/>
    internal ValueTask<SessionData?> FindStoredDataAsync() => _grants.FindStoredDataAsync();

    /// <inheritdoc cref="SharedSession.SeekDataAsync"/>
    internal Task<(KnownSession? Known, SessionData? Data)> SeekDataAsync(long version, Func<Task<(KnownSession? Known, SessionData? Data)>> look) => _grants.Shared!.SeekDataAsync(version, look);

    /// <inheritdoc cref="SessionGrants.SetDataAsync"/>
    internal ValueTask<bool> SetDataAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => _grants.SetDataAsync(data, cancellationToken);

    /// <inheritdoc cref="SessionGrants.SnapshotAsync"/>
    internal ValueTask<SessionSnapshot?> SnapshotAsync(CancellationToken cancellationToken) => _grants.SnapshotAsync(cancellationToken);

    /// <inheritdoc cref="SessionGrants.TakeNewestAsync"/>
    internal ValueTask TakeNewestAsync() => _grants.TakeNewestAsync();

    /// <inheritdoc cref="SessionGrants.RevokeAsync"/>
    internal Task<bool> RevokeAsync(CancellationToken cancellationToken) => _grants.RevokeAsync(cancellationToken);

    /// <inheritdoc cref="SessionDirectory.NoteSignOutAsync"/>
    internal ValueTask NoteSignOutAsync() => _grants.Known?.NoteSignOutAsync() ?? ValueTask.CompletedTask;
}
