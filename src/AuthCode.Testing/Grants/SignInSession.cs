namespace AuthCode.Testing.Grants;

/// <summary>A sign-in of a user at a client. All refresh tokens that descend from it are revoked together.</summary>
internal sealed class SignInSession(FakeAadCodeRequest request, string clientId, FakeAadUser user)
{
    internal FakeAadCodeRequest Request { get; } = request;

    internal string ClientId { get; } = clientId;

    internal FakeAadUser User { get; } = user;

    // Guarded by the lock of GrantStore.
    internal bool IsRevoked { get; set; }
}
