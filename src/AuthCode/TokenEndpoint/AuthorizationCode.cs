namespace AuthCode;

/// <summary>An authorization code with what it is bound to.</summary>
/// <param name="code">The code.</param>
/// <param name="redirectUri">The redirect URI as the caller wrote it, since servers compare text; <see langword="null"/> when the authorize request had none.</param>
/// <param name="codeVerifier">The PKCE verifier, if the authorize request had a challenge.</param>
internal sealed class AuthorizationCode(SecretText code, string? redirectUri, SecretText? codeVerifier) : IDisposable
{
    internal SecretText Code { get; } = code;

    /// <summary>Whether someone is going to look at the ID token that comes for it.</summary>
    internal bool KeepsIdToken { get; init; }

    internal string? RedirectUri { get; } = redirectUri;

    internal SecretText? CodeVerifier { get; } = codeVerifier;

    public void Dispose()
    {
        Code.Dispose();
        CodeVerifier?.Dispose();
    }
}
