using System.Security.Claims;

// The overloads with optional tokens differ in a required parameter.
#pragma warning disable RS0026

namespace AuthCode;

/// <content>The completion of a sign-in, of a new user or of one who signs in again.</content>
public partial class AuthorizationCodeClient
{
    /// <summary>Completes another sign-in of a user who has signed in, for further scopes, another factor or claims: the same account must have signed in, and the credential of the user goes on with what the sign-in brought.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="callback">The address that the browser requested, with its query.</param>
    /// <param name="upgrade">The user, whom this client signed in. Calls of the credential that are under way go on.</param>
    /// <param name="cancellationToken">Cancels the operation. A code that has been sent is then used up; otherwise the same call can be repeated.</param>
    /// <returns>The user with the new claims, and with the credential of <paramref name="upgrade"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="callback"/> is not absolute, or another client signed the user in.</exception>
    /// <exception cref="AuthorizationRefusedException">The authorization server sent the user back with an error.</exception>
    /// <exception cref="AuthenticationFailedException">Another account has signed in, or the sign-in failed; the credential of the user goes on as it was.</exception>
    /// <exception cref="ObjectDisposedException">The credential of the user has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    /// <inheritdoc cref="CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)" path="/remarks"/>
    public virtual Task<SignedInUser> CompleteSignInAsync(
        AuthorizationTransaction transaction, Uri callback, SignedInUser upgrade, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        return CompleteAsync(transaction, callback, ParametersOf(callback), upgrade, cancellationToken);
    }

    /// <summary>Completes another sign-in of a user who has signed in, whose browser came back with the response in a form (<see cref="AuthorizationResponseMode.FormPost"/>).</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="parameters">The decoded fields of the form; a field that is repeated is several entries. Where they arrived is not checked: the overload with the address does that, and a service whose redirect URIs differ by server needs it.</param>
    /// <param name="upgrade">The user, whom this client signed in. Calls of the credential that are under way go on.</param>
    /// <param name="cancellationToken">Cancels the operation. A code that has been sent is then used up; otherwise the same call can be repeated.</param>
    /// <returns>The user with the new claims, and with the credential of <paramref name="upgrade"/>.</returns>
    /// <inheritdoc cref="CompleteSignInAsync(AuthorizationTransaction, Uri, SignedInUser, CancellationToken)" path="/exception|/remarks"/>
    public virtual Task<SignedInUser> CompleteSignInAsync(
        AuthorizationTransaction transaction, IEnumerable<KeyValuePair<string, string>> parameters, SignedInUser upgrade, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        return CompleteAsync(transaction, callback: null, parameters, upgrade, cancellationToken);
    }

    private async Task<SignedInUser> CompleteAsync(
        AuthorizationTransaction transaction, Uri? callback, IEnumerable<KeyValuePair<string, string>> parameters, SignedInUser? upgrade, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(parameters);
        if (upgrade is not null)
        {
            RequireOwn(upgrade);
            upgrade.Credential.ThrowIfUnableToAdopt();
        }

        SignInResult result = await Client.SignIn.CompleteAsync(transaction, callback, parameters, upgrade?.AccountKey, cancellationToken).ConfigureAwait(false);
        AuthorizationCodeCredential credential = upgrade is null ? new AuthorizationCodeCredential(result.Session, Client.Tenants) : upgrade.Credential;
        if (upgrade is not null)
        {
            await upgrade.Credential.AdoptAsync(result.Session, transaction.StartedOn ?? Client.Registration.Time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }

        return new SignedInUser(new ClaimsPrincipal(result.Identity), result.AccountKey, result.SessionKey ?? upgrade!.SessionKey, credential, result.IdToken, Client.Registration, result.Scopes);
    }
}
