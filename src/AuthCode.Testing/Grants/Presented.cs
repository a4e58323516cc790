namespace AuthCode.Testing.Grants;

/// <summary>A grant as a client presents it: a code with what it must belong to, or a refresh token.</summary>
internal abstract record Presented(string Value, string ClientId)
{
    internal sealed record Code(string Value, string ClientId, string? RedirectUri, string? Verifier) : Presented(Value, ClientId);

    internal sealed record RefreshToken(string Value, string ClientId) : Presented(Value, ClientId);
}
