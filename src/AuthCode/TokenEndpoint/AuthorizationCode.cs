namespace AuthCode;

/// <summary>An authorization code with what it is bound to.</summary>
internal sealed class AuthorizationCode : IDisposable
{
    private AuthorizationCode(SecretText code, RedirectUri? redirectUri, SecretText? codeVerifier, string[]? scopes)
    {
        Scopes = scopes;
        Code = code;
        RedirectUri = redirectUri;
        CodeVerifier = codeVerifier;
    }

    internal readonly SecretText Code;

    /// <summary>Whether the code may be sent.</summary>
    internal readonly SingleUse Use = new();

    /// <summary>The redirect URI of the authorize request; <see langword="null"/> if it had none.</summary>
    internal readonly RedirectUri? RedirectUri;

    /// <summary>The PKCE verifier, if the authorize request had a challenge.</summary>
    internal readonly SecretText? CodeVerifier;

    /// <summary>The scopes of the authorize request; <see langword="null"/> if they are not known.</summary>
    internal readonly string[]? Scopes;

    /// <exception cref="ArgumentException">The code is not usable; the message does not repeat it.</exception>
    internal static AuthorizationCode Create(string authorizationCode, RedirectUri? redirectUri, CodeVerifier? codeVerifier, string[]? scopes = null)
    {
        ArgumentNullException.ThrowIfNull(authorizationCode);
        return !string.IsNullOrWhiteSpace(authorizationCode) && Characters.AreVisible(authorizationCode)
            ? new AuthorizationCode(new SecretText(authorizationCode), redirectUri, codeVerifier is { } verifier ? new SecretText(verifier.Value) : null, scopes)
            : throw new ArgumentException(
                "The authorization code must be printable ASCII and not blank: pass the decoded 'code' parameter of the redirect.",
                nameof(authorizationCode));
    }

    public void Dispose()
    {
        Code.Dispose();
        CodeVerifier?.Dispose();
    }
}
