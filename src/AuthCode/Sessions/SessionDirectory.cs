using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AuthCode;

/// <summary>The sessions of a client's users: those in memory, and those in the store.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle, and lives as long as the client.")]
internal sealed partial class SessionDirectory
{
    private const int KeyOctets = 32;

    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(1);

    private readonly SessionFactory _factory;
    private readonly SessionSettings _settings;
    private readonly SessionVault? _vault;
    private readonly SessionMemory _memory;

    // One look at the store for all who come for a session together.
    private readonly ConcurrentDictionary<string, Lazy<Task<KnownSession?>>> _loading = new(StringComparer.Ordinal);

    internal SessionDirectory(SessionFactory factory, SessionSettings settings)
    {
        _factory = factory;
        _settings = settings;
        _memory = new SessionMemory(settings, factory.Time, End) { OnSwept = RecoverIfNeeded };
        if (settings is { Store: { } store, Protector: { } protector })
        {
            _vault = new SessionVault(store, protector, factory.Client, settings)
            {
                OnRecovered = Recover,
            };
            if (settings.Leases is null && !factory.IsRefreshTokenReusable)
            {
                Log.NoLeases(factory.Logger);
            }

            if (store is ISessionStoreChanges changes)
            {
                StoreSubscription.Begin(changes, _memory);
            }
        }
    }

    /// <summary>The session of a key; <see langword="null"/> if it has ended, or there is none.</summary>
    /// <exception cref="AuthenticationFailedException">The store does not respond, and the session is not in memory.</exception>
    internal async ValueTask<KnownSession?> FindAsync(string key, CancellationToken cancellationToken)
    {
        bool hasEnded = false;
        if (_memory.Find(key) is { Session: { } session } known)
        {
            if (_factory.Time.GetUtcNow() - known.SignedInOn >= _settings.Lifetime)
            {
                _memory.Remove(known);
                session.Dispose();
                End(known, SessionEnd.Expired, null);
                NoteAbsent(key, UserSessionStatus.Ended);
                return null;
            }

            bool? isAlive = await IsAliveAsync(session, cancellationToken).ConfigureAwait(false);
            if (isAlive == false && session.IsInTurn)
            {
                // Others who look for it have the turn for a moment too.
                isAlive = await IsAliveAsync(session, cancellationToken).ConfigureAwait(false);
            }

            if (isAlive ?? session.IsAlive)
            {
                return known;
            }

            // In this order, since whoever has the turn may leave something pending.
            bool isInTurn = _vault is not null && session.IsInTurn;
            hasEnded = session.HasEnded && !known.IsLost;
            if (hasEnded && (isInTurn || session.IsPending))
            {
                // What the store has is what was refused, or older: until it can be told, this memory is the only place that knows. And what
                // somebody works with is not loaded a second time.
                NoteAbsent(key, UserSessionStatus.Ended);
                if (!session.IsAlive)
                {
                    return null;
                }

                NoteReturn(known);
                return known;
            }

            // The store may have what another instance has stored since.
            _memory.Remove(known);
        }

        if (_vault is null || !IsKey(key))
        {
            return null;
        }

        Task<KnownSession?> loading = _loading.GetOrAdd(key, absent => new Lazy<Task<KnownSession?>>(() => Task.Run(() => LoadOnceAsync(_vault, absent)))).Value;
        try
        {
            return await Deadline.Enforce(loading, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException) when (hasEnded || (_absent.TryGetValue(key, out (UserSessionStatus Status, long _) absent) && absent.Status == UserSessionStatus.Ended))
        {
            // What is known here is all that is known while the store does not respond.
            NoteAbsent(key, UserSessionStatus.Ended);
            return null;
        }
    }

    /// <returns>Whether the session is alive; <see langword="null"/> if whoever has its turn does not leave it.</returns>
    private async ValueTask<bool?> IsAliveAsync(TokenSession session, CancellationToken cancellationToken)
    {
        if (await session.RevalidateAsync(cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        if (_vault is null)
        {
            return false;
        }

        // Whoever has the turn may be about to store the end, or to return to what is stored: a read of the session and one of its account, and a write.
        TimeSpan most = _settings.StoreTimeout < LongestPatience / 3 ? 3 * _settings.StoreTimeout : LongestPatience;
        using var patience = new CancellationTokenSource(most, _factory.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await session.IsAliveAtLastAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Takes the response of a sign-in for all instances.</summary>
    /// <returns>What became of the mark in the store: a conflict if another instance has taken the response; <see langword="null"/> without a store.</returns>
    internal async ValueTask<StoreWrite?> SpendAsync(string state, DateTimeOffset expiresOn) =>
        _vault is { } vault ? await vault.EndVersionAsync(vault.KeyOf(SessionVault.StateKind, state), expiresOn, expectedVersion: 0).ConfigureAwait(false) : null;

    // On no caller's thread or scheduler. Whoever comes later shares the load, or finds what it has brought in the memory.
    private async Task<KnownSession?> LoadOnceAsync(SessionVault vault, string key)
    {
        try
        {
            return _memory.Find(key) is { Session: not null } known ? known : await LoadAsync(vault, key).ConfigureAwait(false);
        }
        finally
        {
            _loading.TryRemove(key, out _);
        }
    }

    private async Task<KnownSession?> LoadAsync(SessionVault vault, string key)
    {
        string storeKey = vault.KeyOf(SessionVault.SessionKind, key);
        long notices = _memory.Notices;
        StoreReading reading = await vault.ReadAsync(storeKey).ConfigureAwait(false);
        if (reading.Finding == StoreFinding.Down)
        {
            throw Failures.StoreUnavailable().ToException();
        }

        using SessionSnapshot? snapshot = reading.Finding == StoreFinding.Live ? SessionSnapshot.Read(reading.Data, _factory.Texts) : null;
        reading.Dispose();
        DateTimeOffset now = _factory.Time.GetUtcNow();
        if (snapshot is not { Facts.User: { } user } || now - snapshot.SignedInOn >= _settings.Lifetime
            || (snapshot.RefreshToken is null && !_factory.TokensOf(snapshot, now).Any()))
        {
            return null;
        }

        TokenSession session = _factory.Resume(snapshot);
        KnownSession known = Know(key, snapshot.SignedInOn, session, user);
        var shared = new SharedSession(vault, known, reading.Version);
        using StoreReading current = await shared.ReadAsync().ConfigureAwait(false);
        if (current.Finding is StoreFinding.Ended or StoreFinding.Down)
        {
            session.Dispose();
            return current.Finding == StoreFinding.Ended ? null : throw Failures.StoreUnavailable().ToException();
        }

        session.Attach(shared);
        _memory.Add(known);
        _absent.TryRemove(key, out _);
        bool isTouchDue = shared.IsTouchDue(current, now);
        if (current.Version != reading.Version || _memory.Notices != notices || isTouchDue)
        {
            // A notice that came before the session was in memory may have been about it.
            session.NoteChange();
        }

        if (isTouchDue)
        {
            await session.RevalidateAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return known;
    }

    private KnownSession Know(string key, DateTimeOffset signedInOn, TokenSession session, SessionUser user)
    {
        var known = new KnownSession(key, signedInOn, session, user, this);
        session.Known = known;
        return known;
    }

    /// <summary>The keys of the entries in the store that a session depends on: its own, and that of its account. None without a store that tells changes.</summary>
    internal string[] StoreKeysOf(KnownSession known) => _settings.Store is ISessionStoreChanges && _vault is { } vault
        ? [vault.KeyOf(SessionVault.SessionKind, known.Key), vault.KeyOf(SessionVault.AccountKind, known.User.AccountKey)]
        : [];

    /// <inheritdoc cref="SessionMemory.Keep"/>
    internal void Keep(KnownSession known) => _memory.Keep(known);

    private static bool IsKey(string key) => key.Length is > 0 and <= 256 && Characters.AreUnreserved(key);
}
