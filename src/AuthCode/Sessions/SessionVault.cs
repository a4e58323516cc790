using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>The store as a client sees it: encrypted, under keys that say nothing, never longer than its time-out, and never an exception.</summary>
/// <param name="store">The store.</param>
/// <param name="protector">What encrypts.</param>
/// <param name="client">The client, to which what is stored is bound.</param>
/// <param name="settings">The settings of sessions.</param>
internal sealed partial class SessionVault(ISessionStore store, ISessionProtector protector, ClientRegistration client, SessionSettings settings)
{
    /// <summary>A session.</summary>
    internal const string SessionKind = "s";

    /// <summary>An account: its newest session, and since when its sessions are good.</summary>
    internal const string AccountKind = "a";

    /// <summary>The state of a sign-in whose response has been taken.</summary>
    internal const string StateKind = "t";

    /// <summary>A session at the server (<c>sid</c>): the sessions that began in it.</summary>
    internal const string ServerSessionKind = "d";

    /// <summary>A logout token that has been taken.</summary>
    internal const string LogoutTokenKind = "j";

    // Sessions that were ended while the store did not respond: until it is told, another instance could still use them.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _untold = new(StringComparer.Ordinal);

    /// <summary>How many ends the store could not be told yet.</summary>
    internal int Untold => _untold.Count;

    /// <summary>Called when the store responds again to reads, or to writes, after it did not. Set before the vault is used.</summary>
    internal Action? OnRecovered { get; set; }

    /// <summary>The key of something in the store.</summary>
    internal string KeyOf(string kind, string value) => Base64UrlText.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{kind}|{client.ClientId.Value}|{client.Address.Length}|{client.Address}|{value}")));

    internal ILogger Logger => client.Logger;

    internal TimeProvider Time => client.Time;

    internal SessionSettings Settings => settings;

    internal async ValueTask<StoreReading> ReadAsync(string key)
    {
        if (_untold.ContainsKey(key))
        {
            return new StoreReading(StoreFinding.Ended, 0, []);
        }

        if (AreReadsLeftAlone)
        {
            return StoreReading.Down;
        }

        MeasuredStoreCall? call = Measure(Attributes.Read);
        StoredSession? stored = null;
        bool isUp = await TryReadAsync(async token => stored = await store.ReadAsync(key, token).ConfigureAwait(false)).ConfigureAwait(false);
        StoreReading reading = !isUp ? StoreReading.Down
            : stored is not { } session || session.ExpiresOn <= client.Time.GetUtcNow() ? StoreReading.Absent
            : session.IsEnded ? new StoreReading(StoreFinding.Ended, session.Version, [])
            : Decrypt(key, session);
        call?.End(reading.Finding switch
        {
            StoreFinding.Down => Attributes.Error,
            StoreFinding.Absent => Attributes.Absent,
            StoreFinding.Unreadable => Attributes.Unreadable,
            _ => Attributes.Ok,
        });
        return reading;
    }

    /// <summary>Writes if the stored version is the expected one. The bytes in clear are overwritten.</summary>
    internal async ValueTask<StoreWrite> WriteAsync(string key, byte[] data, long version, DateTimeOffset expiresOn, long expectedVersion)
    {
        byte[] encrypted;
        try
        {
            encrypted = protector.Protect(data, BindingOf(key));
        }
        catch (Exception e)
        {
            Log.ProtectorFailed(client.Logger, e.GetType().Name);
            return StoreWrite.Down;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(data);
        }

        return await WriteAsync(key, new StoredSession(encrypted, version, expiresOn), expectedVersion).ConfigureAwait(false);
    }

    /// <summary>Marks as ended what has the expected version, and nothing newer.</summary>
    internal ValueTask<StoreWrite> EndVersionAsync(string key, DateTimeOffset until, long expectedVersion) =>
        WriteAsync(key, new StoredSession(ReadOnlyMemory<byte>.Empty, expectedVersion + 1, until), expectedVersion);

    /// <summary>Marks as ended whatever is stored.</summary>
    /// <returns>Whether the store was told.</returns>
    internal async ValueTask<bool> EndAsync(string key, DateTimeOffset until)
    {
        if (until <= client.Time.GetUtcNow())
        {
            // What is stored has expired as well.
            _untold.TryRemove(key, out _);
            return true;
        }

        _untold[key] = until;
        if (AreWritesLeftAlone)
        {
            return false;
        }

        MeasuredStoreCall? call = Measure(Attributes.End);
        bool isTold = await TryWriteAsync(async token =>
        {
            await store.EndAsync(key, until, token).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        call?.End(isTold ? Attributes.Ok : Attributes.Error);
        if (isTold)
        {
            _untold.TryRemove(key, out _);
        }

        return isTold;
    }

    /// <summary>Tells the store of the sessions that were ended while it did not respond.</summary>
    internal async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        foreach ((string key, DateTimeOffset until) in _untold)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await EndAsync(key, until).ConfigureAwait(false);
        }
    }

    private async ValueTask<StoreWrite> WriteAsync(string key, StoredSession session, long expectedVersion)
    {
        if (session.ExpiresOn <= client.Time.GetUtcNow())
        {
            // Nobody would find it, and some stores refuse it.
            return StoreWrite.Written;
        }

        if (AreWritesLeftAlone)
        {
            return StoreWrite.Down;
        }

        MeasuredStoreCall? call = Measure(Attributes.Write);
        bool isWritten = false;
        bool isUp = await TryWriteAsync(async token => isWritten = await store.TryWriteAsync(key, session, expectedVersion, token).ConfigureAwait(false)).ConfigureAwait(false);
        call?.End(!isUp ? Attributes.Error : isWritten ? Attributes.Ok : Attributes.Conflict);
        if (isUp && !isWritten)
        {
            Log.StoreConflict(client.Logger);
        }

        return !isUp ? StoreWrite.Down : isWritten ? StoreWrite.Written : StoreWrite.Conflict;
    }

    private StoreReading Decrypt(string key, StoredSession session)
    {
        try
        {
            if (protector.Unprotect(session.Data.Span, BindingOf(key)) is { } data)
            {
                if (!SessionSnapshot.IsLaterFormat(data))
                {
                    return new StoreReading(StoreFinding.Live, session.Version, data) { ExpiresOn = session.ExpiresOn };
                }

                CryptographicOperations.ZeroMemory(data);
                return new StoreReading(StoreFinding.Later, session.Version, []);
            }
        }
        catch (Exception e)
        {
            Log.ProtectorFailed(client.Logger, e.GetType().Name);
            if (IsFailure(e))
            {
                // Nobody knows what is there.
                return StoreReading.Down;
            }
        }

        Log.SessionUnreadable(client.Logger);
        return new StoreReading(StoreFinding.Unreadable, session.Version, []);
    }

    // What encrypts may be a service that does not respond for a moment; but some throw for bytes that are not theirs.
    private static bool IsFailure(Exception e) => e is not CryptographicException || e.InnerException is not (null or CryptographicException);

    // Current within the method that calls this, so that the requests of the store are its parts.
    private MeasuredStoreCall? Measure(string operation)
    {
        var call = MeasuredStoreCall.Begin(operation, client.Time, WorkScope.Current?.Parent ?? Spans.Outer);
        if (call?.Activity is { } activity)
        {
            Activity.Current = activity;
        }

        return call;
    }

    private SessionBinding BindingOf(string key) => new(client.ClientId.Value, client.Address, key);
}
