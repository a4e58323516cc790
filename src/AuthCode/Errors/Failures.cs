using System.Globalization;

namespace AuthCode;

/// <summary>Every message of <see cref="AuthenticationFailedException"/>, in one place: what to do first, what happened, the server's words last.</summary>
/// <remarks>docs/troubleshooting.md has a row for each; a test holds the two together.</remarks>
internal static class Failures
{
    // What a caller passed, or a resource server's challenge.

    internal static Failure TenantNotAllowed(string tenant) => new(
        $"The current credential is not configured to acquire tokens for tenant {tenant}. " +
        "Add it to AdditionallyAllowedTenants of the options, or add \"*\" to allow any tenant.");

    internal static Failure TenantMalformed(ArgumentException cause) => new(
        "Check TokenRequestContext.TenantId: it is neither a GUID nor a domain name, so no token was asked for.", cause);

    internal static Failure ClaimsMalformed(ArgumentException cause) => new(
        "Check TokenRequestContext.Claims, which a resource server's challenge may have supplied: " +
        "the claims are not a usable JSON object, so no token was asked for.", cause);

    // What the browser brought back.

    internal static Failure CallbackOfAnother() => new(
        "Start the sign-in again, and see where the callback came from: its state is missing, or not that of this browser's sign-in.", needsSignIn: true);

    internal static Failure TransactionOfAnother() => new(
        "The transaction belongs to another client, authority or tenant. Start the sign-in again, and pass its transaction to the client that created it.", needsSignIn: true);

    internal static Failure CallbackTwice() => new(
        "Keep the credential of the first callback, or start the sign-in again: the callback of this sign-in has been taken before.", needsSignIn: true);

    internal static Failure CallbackTooLate() => new(
        "Start the sign-in again: the user took longer than AuthorizationRequestOptions.Lifetime.", needsSignIn: true);

    internal static Failure CallbackFromAnotherServer() => new(
        "Start the sign-in again, and see where the callback came from: it names another issuer than the authority that the user was sent to, or none though that one always does.", needsSignIn: true);

    internal static Failure CallbackWithoutCode() => new(
        "Start the sign-in again: the callback has neither one code nor one error.", needsSignIn: true);

    internal static Failure AuthorizationRefused(string error, string? description) => new(
        $"Let the user sign in again, or see what the error asks for: the authorization server sent the user back with {error}"
        + (description is null ? "." : $": {description}"),
        needsSignIn: true);

    // Who signed in.

    internal static Failure IdTokenMissing() => new(
        "Check the scopes and the authorization server: its answer to the code had no ID token, so nobody knows who signed in.", needsSignIn: true);

    internal static Failure IdTokenRefused(string problem) => new(
        $"Start the sign-in again, and if it goes on check the client id, the tenant and this machine's clock: the ID token is not good ({problem}).", needsSignIn: true);

    internal static Failure MetadataOfAnother(string host) => new(
        $"Check the authority host and the tenant: the OpenID metadata at {host} names another issuer, or an address that it must not.");

    internal static Failure PkceUnsupported(string host) => new(
        $"Use another authorization server, or have PKCE by S256 switched on there: the metadata of {host} says that it does not check it.");

    internal static Failure NoMetadata(string host) => new(
        $"Discover the server by its issuer for what needs metadata (ID tokens, userinfo): {host} was given by its endpoints alone.");

    internal static Failure DocumentUnavailable(string host, string problem, Exception? cause) => new(
        $"Check the network path to {host}: its OpenID metadata or signing keys could not be read ({problem}), so its endpoints are not known or the ID token could not be checked.", cause);

    internal static Failure OtherUser(string host) => new(
        $"Keep the tokens that are left, and sign the user in again when they end: the answer of {host} to the refresh is about another user, and was thrown away.");

    internal static Failure UserInfoOfAnother(string host) => new(
        $"Use the claims of the ID token: the userinfo of {host} is about another user than the one who signed in.");

    internal static Failure NotOffered(string host, string what) => new(
        $"Do without, or use another server: the metadata of {host} names no endpoint for {what}.");

    internal static Failure ServerRefused(string host, string what, TokenErrorResponse response) => Said(
        $"See what the error asks for, or try again: {host} refused the {what}.", response);

    internal static Failure ServerNotReached(string host, string what, Exception? cause) => new(
        $"Check the network path to {host} and try again: there was no usable answer to the {what}.", cause);

    // What is left of the session.

    internal static Failure NoRefreshToken() => new(
        "Sign the user in again: the authorization code has been used, and the server returned no refresh token with its tokens. " +
        "It returns one when the user or an administrator has granted offline_access.",
        needsSignIn: true);

    internal static Failure CodeMayHaveBeenUsed(string host, Exception? cause) => new(
        $"Sign the user in again: the answers of {host} to the redemption of the authorization code were lost, so the code may have been used.",
        cause,
        needsSignIn: true);

    internal const string CodeLostBefore =
        "Sign the user in again: the answer to a first redemption was lost, so the authorization code may have been used by it.";

    // What the authorization server said (RFC 6749 section 5.2).

    internal static Failure CodeRefused(TokenErrorResponse response) => Said(
        "Sign the user in again: the authorization server refused the authorization code. It has expired, was used before, " +
        "or belongs to another client, redirect URI or code verifier.", response, needsSignIn: true);

    internal static Failure RefreshTokenRefused(TokenErrorResponse response) => Said(
        "Sign the user in again: the authorization server no longer accepts this session's refresh token.", response, needsSignIn: true);

    internal static Failure InteractionNeeded(TokenErrorResponse response) => Said(
        "Sign the user in again for these scopes, with Response.Claims as the claims of the authorize request when it is set: " +
        "the authorization server wants the user to act.", response, needsSignIn: true);

    internal static Failure ClientRefused(TokenErrorResponse response) => Said(
        "Check the client id and the client authentication (secret, certificate or assertion): the authorization server refused the client.",
        response);

    internal static Failure ScopesRefused(TokenErrorResponse response) => Said(
        "Check the scopes: the authorization server does not grant them to this client.", response);

    internal static Failure RequestRefused(TokenErrorResponse response) => Said(
        "Check the tenant, the client id and the app registration: the authorization server refused the token request.", response);

    // What the server, or something on the way to it, answered instead of OAuth.

    internal static Failure Throttled(TokenErrorResponse response) => Said(
        response.RetryAfter is { } wait
            ? $"Ask again in {Seconds(wait)} s: the authorization server takes no requests until then."
            : "Ask again later: the authorization server takes no requests for now.",
        response);

    internal static Failure NotOAuth(string host, string mediaType, TokenErrorResponse response) => Said(
        $"Check the authority host and the tenant: {host} answered with {mediaType} instead of an OAuth error.", response);

    internal static Failure ErrorCutOff(string host, TokenErrorResponse response, Exception? cause) => new(
        $"Try again: {host} refused the token request, but its explanation was cut off or too long to read." + Failure.WordsOf(response), cause, response);

    internal static Failure Redirected(string host, string? target, TokenErrorResponse? response, bool followed)
    {
        string to = target is null ? "" : $" to {target}";
        string what = followed
            ? $"Configure the supplied HttpClient not to follow redirects: it followed one from {host}{to}, and its answer was thrown away."
            : $"Check the authority host: {host} answered with a redirect{to}, which is never followed with credentials in the body.";
        return response is null ? new Failure(what) : Said(what, response);
    }

    internal static Failure MalformedAnswer(string host, string problem, TokenErrorResponse response, Exception? cause) => new(
        $"Sign the user in again if this was the first token of the session, else try again: the answer of {host} is not a usable token response ({problem}).",
        cause,
        response);

    internal static Failure ServerFailed(string host, TokenErrorResponse response) => Said(
        $"Try again later: {host} failed to answer the token request.", response);

    // What happened on the way.

    internal static Failure AnswerLost(string host, Exception cause) => new(
        $"Try again later: the connection to {host} failed before the answer to the token request was complete.", cause);

    internal static Failure TimedOut(string host, TimeSpan? limit, Exception cause) => new(
        limit is { } seconds
            ? $"Try again later: {host} did not answer the token request within {Seconds(seconds)} s (Retry.NetworkTimeout)."
            : $"Try again later: {host} did not answer the token request within the time-out of the supplied HttpClient, or that gave the request up.",
        new TimeoutException($"No complete answer from {host}.", cause));

    internal static Failure Unreachable(string host, Exception cause) => new(
        $"Check the network path to {host} (name resolution, firewall, proxy): no connection could be made, so nothing was sent.", cause);

    internal static Failure Untrusted(string host, Exception cause) => new(
        $"Check the TLS certificate of {host} and this machine's trusted roots: the secure connection failed, so nothing was sent.", cause);

    internal static Failure HttpClientDisposed(Exception cause) => new(
        "Keep the supplied HttpClient alive for as long as the credential: it has been disposed, so nothing was sent.", cause);

    internal static Failure ClientAuthenticationFailed(Exception cause) => new(
        "Check the client authentication (certificate or assertion callback): it failed to authenticate this client, so nothing was sent.",
        cause);

    internal static Failure Unexpected(Exception cause) => new(
        "Report this: acquiring a token failed in a way that AuthCode did not foresee.", cause);

    private static Failure Said(string advice, TokenErrorResponse response, bool needsSignIn = false) =>
        new(advice + Failure.WordsOf(response), response: response, needsSignIn: needsSignIn);

    private static string Seconds(TimeSpan span) => Math.Ceiling(span.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
}
