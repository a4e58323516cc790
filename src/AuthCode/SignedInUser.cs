using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json.Serialization;

namespace AuthCode;

/// <summary>Represents a user who has signed in, with the credential of the session.</summary>
/// <remarks>Instances come from <see cref="AuthorizationCodeClient"/>, and in tests from <see cref="AuthCodeModelFactory"/>. They are immutable and safe to share between threads.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SignedInUser : IAsyncDisposable
{
    /// <param name="principal">The claims of the ID token.</param>
    /// <param name="accountKey">The key of the user.</param>
    /// <param name="sessionKey">The key of the session.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="idToken">The ID token.</param>
    /// <param name="client">The client that signed the user in; <see langword="null"/> in a test.</param>
    /// <param name="scopes">The scopes that the code was redeemed with.</param>
    internal SignedInUser(
        ClaimsPrincipal principal, string accountKey, string sessionKey, AuthorizationCodeCredential credential, string idToken, ClientRegistration? client, string[] scopes)
    {
        Client = client;
        Principal = principal;
        AccountKey = accountKey;
        SessionKey = sessionKey;
        Credential = credential;
        IdToken = idToken;
        Scopes = scopes;
    }

    /// <summary>Gets the claims of the validated ID token, under their own names; <see cref="ClaimsIdentity.Name"/> and the roles are the claims that the options of the server name.</summary>
    public ClaimsPrincipal Principal { get; }

    /// <summary>Gets the key to know the user by: <c>oid.tid</c> at Entra ID, else issuer and subject. Unlike a name or an e-mail address, it never changes and is never assigned to another user.</summary>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference">Entra's ID token claims</see>.</remarks>
    public string AccountKey { get; }

    /// <summary>Gets the key of the session, by which <see cref="UserSessions.FindAsync"/> finds it again, also after a restart and on another instance if there is a store. Whoever has it can use the session, so keep it in an encrypted cookie or on the server.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string SessionKey { get; }

    /// <summary>Gets the credential of the session. Pass it to Azure SDK clients. When the user signs out, end the session (<see cref="UserSessions.EndAsync"/>).</summary>
    public AuthorizationCodeCredential Credential { get; }

    /// <summary>Gets the validated ID token. It is a hint for the sign-out, and never a proof of the user's identity for another service.</summary>
    /// <remarks>A session that is found again does not have it. If a later request signs the user out at the server, keep it on the server or in an encrypted cookie, and pass it to <see cref="AuthorizationCodeClient.CreateSignOutUriAsync(string, Uri, string, CancellationToken)"/>.</remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string IdToken { get; }

    /// <summary>The client that signed the user in.</summary>
    internal ClientRegistration? Client { get; }

    /// <summary>The subject of the ID token, by its exact name.</summary>
    internal string? Subject => Principal.Claims.FirstOrDefault(static claim => claim.Type == "sub")?.Value;

    /// <summary>The scopes that the code was redeemed with.</summary>
    internal string[] Scopes { get; }

    /// <summary>Disposes of the credential. A session in a store goes on; without a store, it ends. In neither case is the user signed out at the server.</summary>
    /// <returns>A task that is complete when the credential is disposed of.</returns>
    public ValueTask DisposeAsync() => Credential.DisposeAsync();

    /// <summary>Returns the account key.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => AccountKey;
}
