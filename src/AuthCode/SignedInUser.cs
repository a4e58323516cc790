using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json.Serialization;

namespace AuthCode;

/// <summary>A user who has signed in: who he is, and the credential of his session.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SignedInUser : IAsyncDisposable
{
    /// <param name="principal">The claims of the ID token.</param>
    /// <param name="accountKey">The key of the user.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="idToken">The ID token.</param>
    /// <param name="client">The client that signed the user in; <see langword="null"/> in a test.</param>
    /// <param name="scopes">The scopes that the code was redeemed with.</param>
    internal SignedInUser(
        ClaimsPrincipal principal, string accountKey, AuthorizationCodeCredential credential, string idToken, ClientRegistration? client, string[] scopes)
    {
        Client = client;
        Principal = principal;
        AccountKey = accountKey;
        Credential = credential;
        IdToken = idToken;
        Scopes = scopes;
    }

    /// <summary>The claims of the checked ID token, under their own names; <see cref="ClaimsIdentity.Name"/> is <c>name</c>, and roles are <c>roles</c>.</summary>
    public ClaimsPrincipal Principal { get; }

    /// <summary>The key to know the user by: <c>oid.tid</c> at Entra ID, else issuer and subject. Unlike names and e-mail addresses it never changes and is never given to another.</summary>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference">Entra's ID token claims</see>.</remarks>
    public string AccountKey { get; }

    /// <summary>Gets tokens for the user; hand it to Azure SDK clients, and dispose it at his sign-out.</summary>
    public AuthorizationCodeCredential Credential { get; }

    /// <summary>The checked ID token: as a hint for the sign-out, never as a proof of who the user is to another service.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string IdToken { get; }

    /// <summary>The client that signed the user in.</summary>
    internal ClientRegistration? Client { get; }

    /// <summary>The scopes that the code was redeemed with.</summary>
    internal string[] Scopes { get; }

    /// <summary>Disposes of the credential, which ends the session in this process. It does not sign the user out at the server.</summary>
    /// <returns>A task that is complete when the credential is disposed of.</returns>
    public ValueTask DisposeAsync() => Credential.DisposeAsync();

    /// <summary>The account key.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => AccountKey;
}
