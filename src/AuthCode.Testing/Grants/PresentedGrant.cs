namespace AuthCode.Testing.Grants;

/// <summary>A grant as a client presents it in a token request, with the values that it is checked against.</summary>
internal abstract record PresentedGrant(string Value, string ClientId)
{
    internal sealed record AuthorizationCode(string Value, string ClientId, string TenantId, string? RedirectUri, string? CodeVerifier) : PresentedGrant(Value, ClientId);

    internal sealed record RefreshToken(string Value, string ClientId) : PresentedGrant(Value, ClientId);
}
