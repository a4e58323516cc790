namespace AuthCode;

/// <summary>Encrypts sessions for a store, for example by ASP.NET Core Data Protection.</summary>
public interface ISessionProtector
{
    /// <summary>Encrypts and authenticates a session.</summary>
    /// <param name="data">The session in clear. It is overwritten after the call.</param>
    /// <param name="binding">What the session belongs to: bytes that are moved to another key, client or authority must not be readable.</param>
    /// <returns>The encrypted bytes.</returns>
    byte[] Protect(ReadOnlySpan<byte> data, SessionBinding binding);

    /// <summary>Decrypts a session.</summary>
    /// <param name="data">The encrypted bytes.</param>
    /// <param name="binding">What the session must belong to.</param>
    /// <returns>The session in clear, which is overwritten after use; <see langword="null"/> if the bytes are not this protector's, or its key no longer exists.</returns>
    byte[]? Unprotect(ReadOnlySpan<byte> data, SessionBinding binding);
}
