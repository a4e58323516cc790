namespace AuthCode.Testing.Grants;

/// <summary>A sign-in of a user at a client and a tenant. All refresh tokens that descend from it are revoked together.</summary>
internal sealed class SignInSession(FakeAadCodeRequest request, string clientId, string tenantId, FakeAadUser user)
{
    internal FakeAadCodeRequest Request { get; } = request;

    internal string ClientId { get; } = clientId;

    internal string TenantId { get; } = tenantId;

    internal FakeAadUser User { get; } = user;

    /// <summary>The claims of the authorize request, which the user has met at sign-in.</summary>
    internal RequestedClaims Claims { get; } = RequestedClaims.Parse(request.Claims);

    // Guarded by the lock of GrantStore.
    internal bool IsRevoked { get; set; }
}
