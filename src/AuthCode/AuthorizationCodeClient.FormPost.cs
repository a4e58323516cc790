// The overloads with optional tokens differ in a required parameter.
#pragma warning disable RS0026

namespace AuthCode;

/// <content>Responses in a form, with the address that the browser posted them to.</content>
public partial class AuthorizationCodeClient
{
    /// <summary>Completes the sign-in of a user whose browser came back with the response in a form (<see cref="AuthorizationResponseMode.FormPost"/>), at an address that must be the redirect URI.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="callback">The address that the browser posted the form to, with its query. It must be the redirect URI of the transaction, including the parameters of its query.</param>
    /// <param name="parameters">The decoded fields of the form; a field that is repeated is several entries.</param>
    /// <param name="cancellationToken">Cancels the operation. A code that has been sent is then used up; otherwise the same call can be repeated.</param>
    /// <returns>The user, with a credential that holds a token for the first API of the transaction's scopes.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <inheritdoc cref="CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)" path="/exception|/remarks"/>
    public virtual Task<SignedInUser> CompleteSignInAsync(
        AuthorizationTransaction transaction, Uri callback, IEnumerable<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken = default) =>
        CompleteAsync(transaction, Absolute(callback), parameters, upgrade: null, cancellationToken);

    /// <summary>Completes another sign-in of a user who has signed in, whose browser came back with the response in a form (<see cref="AuthorizationResponseMode.FormPost"/>), at an address that must be the redirect URI.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="callback">The address that the browser posted the form to, with its query. It must be the redirect URI of the transaction, including the parameters of its query.</param>
    /// <param name="parameters">The decoded fields of the form; a field that is repeated is several entries.</param>
    /// <param name="upgrade">The user, whom this client signed in. Calls of the credential that are under way go on.</param>
    /// <param name="cancellationToken">Cancels the operation. A code that has been sent is then used up; otherwise the same call can be repeated.</param>
    /// <returns>The user with the new claims, and with the credential of <paramref name="upgrade"/>.</returns>
    /// <inheritdoc cref="CompleteSignInAsync(AuthorizationTransaction, Uri, SignedInUser, CancellationToken)" path="/exception|/remarks"/>
    public virtual Task<SignedInUser> CompleteSignInAsync(
        AuthorizationTransaction transaction,
        Uri callback,
        IEnumerable<KeyValuePair<string, string>> parameters,
        SignedInUser upgrade,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        return CompleteAsync(transaction, Absolute(callback), parameters, upgrade, cancellationToken);
    }

    /// <summary>Creates the credential of a user whose browser came back with the response in a form (<see cref="AuthorizationResponseMode.FormPost"/>), at an address that must be the redirect URI. Nothing is sent, and the user is not verified.</summary>
    /// <param name="transaction">The transaction of this browser's authorize request. It serves one response.</param>
    /// <param name="callback">The address that the browser posted the form to, with its query. It must be the redirect URI of the transaction, including the parameters of its query.</param>
    /// <param name="parameters">The decoded fields of the form; a field that is repeated is several entries.</param>
    /// <returns>The credential. Disposing of it leaves the client and its other credentials alone.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <inheritdoc cref="CreateCredential(AuthorizationTransaction, Uri)" path="/exception|/remarks"/>
    public virtual AuthorizationCodeCredential CreateCredential(AuthorizationTransaction transaction, Uri callback, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(parameters);
        return new AuthorizationCodeCredential(Client.SignIn.BeginSession(transaction, Absolute(callback), parameters), Client.Tenants);
    }
}
