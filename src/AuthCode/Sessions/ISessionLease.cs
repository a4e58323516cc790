namespace AuthCode;

/// <summary>Represents a lease that this instance has. Disposing releases it.</summary>
public interface ISessionLease : IAsyncDisposable
{
    /// <summary>Gets a value that indicates whether the lease is known to have been lost, for example because it could not be renewed in time.</summary>
    bool IsLost { get; }
}
