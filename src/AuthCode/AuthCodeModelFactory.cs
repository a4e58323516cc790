using System.Security.Claims;

namespace AuthCode;

/// <summary>Creates instances of types that have no public constructor, for tests of code that is handed them by a mocked client.</summary>
public static class AuthCodeModelFactory
{
    /// <summary>Creates a signed-in user.</summary>
    /// <param name="principal">The claims of the user.</param>
    /// <param name="accountKey">The key that the service knows the user by.</param>
    /// <param name="credential">The credential, such as a class of the test that derives from <see cref="AuthorizationCodeCredential"/>.</param>
    /// <param name="idToken">The ID token.</param>
    /// <param name="sessionKey">The key of the session; <see langword="null"/> for an empty one.</param>
    /// <returns>The user. No <see cref="AuthorizationCodeClient"/> takes it for one of its own.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static SignedInUser SignedInUser(ClaimsPrincipal principal, string accountKey, AuthorizationCodeCredential credential, string idToken, string? sessionKey = null)
    {
        ArgumentNullException.ThrowIfNull(principal);
        ArgumentNullException.ThrowIfNull(accountKey);
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(idToken);
        return new SignedInUser(principal, accountKey, sessionKey ?? "", credential, idToken, client: null, scopes: []);
    }

    /// <summary>Creates a session.</summary>
    /// <param name="key">The key of the session.</param>
    /// <param name="accountKey">The account of the user.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="signedInOn">The time of the sign-in.</param>
    /// <param name="data">What the application keeps with the session.</param>
    /// <param name="dataVersion">The version of <paramref name="data"/>.</param>
    /// <returns>The session.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static UserSession UserSession(string key, string accountKey, AuthorizationCodeCredential credential, DateTimeOffset signedInOn, ReadOnlyMemory<byte> data = default, long dataVersion = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(accountKey);
        ArgumentNullException.ThrowIfNull(credential);
        return new UserSession(key, accountKey, credential, signedInOn, data, dataVersion);
    }

    /// <summary>Creates an authorization request.</summary>
    /// <param name="uri">The address to send the browser to.</param>
    /// <param name="transaction">The transaction, such as one that <see cref="AuthorizationTransaction.Parse"/> read.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static AuthorizationRequest AuthorizationRequest(Uri uri, AuthorizationTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(transaction);
        return new AuthorizationRequest(uri, transaction);
    }
}
