namespace AuthCode;

/// <summary>Grants leases, so that one instance at a time refreshes the tokens of a session.</summary>
public interface ISessionLeases
{
    /// <summary>Acquires the lease of a session, if no instance has it.</summary>
    /// <param name="key">The key of the session in the store.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The lease; <see langword="null"/> if another instance has it.</returns>
    /// <remarks>
    /// A lease should expire 10 seconds after an instance has died, and is renewed by its implementation until it is released. An
    /// exception means that the service is not available: the session is then refreshed without a lease. So is one that takes longer than
    /// <see cref="UserSessionOptions.StoreTimeout"/>, unless it blocks its thread before it returns its task: an implementation waits
    /// asynchronously.
    /// </remarks>
    ValueTask<ISessionLease?> TryAcquireAsync(string key, CancellationToken cancellationToken = default);
}
