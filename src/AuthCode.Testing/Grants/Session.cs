namespace AuthCode.Testing.Grants;

/// <summary>A sign-in: what its codes and refresh tokens may do. They are one family, and end together.</summary>
internal sealed class Session(FakeAadCodeRequest request, string clientId, FakeAadUser user)
{
    internal FakeAadCodeRequest Request { get; } = request;

    internal string ClientId { get; } = clientId;

    internal FakeAadUser User { get; } = user;

    // Guarded by the lock of the store.
    internal bool IsRevoked { get; set; }
}
