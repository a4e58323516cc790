using System.Security.Cryptography;

namespace AuthCode;

/// <summary>Whether something can be encrypted, stored, read, decrypted and ended, as a session is. What is stored is random and for a minute.</summary>
internal static class SessionStoreProbe
{
    private const int Octets = 32;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    /// <summary>Tries the store and the protector of sessions, and notes what does not work.</summary>
    /// <returns>Whether all of it works.</returns>
    internal static async Task<bool> TryAsync(UserSessionOptions sessions, TimeProvider time, HealthFindings findings, CancellationToken cancellationToken)
    {
        string key = $"health-{Convert.ToHexString(RandomNumberGenerator.GetBytes(Octets / 2))}";
        byte[] data = RandomNumberGenerator.GetBytes(Octets);
        byte[]? encrypted = Protect(sessions.Protector!, data, new SessionBinding("health", "health", key));
        findings.Note("protector", encrypted is null ? "failed" : "works");
        if (encrypted is null)
        {
            findings.Fail("The protector of sessions does not return what it was given: sessions cannot be stored, or not read again.");
        }

        string? problem = await FindProblemAsync(sessions, time, key, encrypted ?? data, cancellationToken).ConfigureAwait(false);
        findings.Note("store", problem is null ? "works" : "failed");
        if (problem is not null)
        {
            findings.Fail($"The session store {problem}: sessions in memory go on, and others cannot be found.");
        }

        return encrypted is not null && problem is null;
    }

    private static byte[]? Protect(ISessionProtector protector, byte[] data, SessionBinding binding)
    {
        try
        {
            byte[] encrypted = protector.Protect(data, binding);
            return protector.Unprotect(encrypted, binding) is { } back && back.AsSpan().SequenceEqual(data) ? encrypted : null;
        }
        catch (Exception)
        {
            // Whatever it is, it does not work; the library logs what a session meets.
            return null;
        }
    }

    private static async Task<string?> FindProblemAsync(UserSessionOptions sessions, TimeProvider time, string key, byte[] data, CancellationToken cancellationToken)
    {
        ISessionStore store = sessions.Store!;
        DateTimeOffset until = time.GetUtcNow() + Life;
        try
        {
            bool isWritten = await InTime(store.TryWriteAsync(key, new StoredSession(data, 1, until), expectedVersion: 0, cancellationToken).AsTask()).ConfigureAwait(false);
            StoredSession? stored = await InTime(store.ReadAsync(key, cancellationToken).AsTask()).ConfigureAwait(false);
            await Observed.Of(store.EndAsync(key, until, cancellationToken).AsTask()).WaitAsync(sessions.StoreTimeout, time, cancellationToken).ConfigureAwait(false);
            StoredSession? ended = await InTime(store.ReadAsync(key, cancellationToken).AsTask()).ConfigureAwait(false);
            return !isWritten ? "did not take a new entry"
                : stored is not { Version: 1 } found || !found.Data.Span.SequenceEqual(data) ? "does not return what was stored"
                : ended is not { IsEnded: true } ? "does not keep the mark of an end"
                : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Its message can name the server and its credentials.
            return $"does not respond ({e.GetType().Name})";
        }

        Task<T> InTime<T>(Task<T> call) => Observed.Of(call).WaitAsync(sessions.StoreTimeout, time, cancellationToken);
    }
}
