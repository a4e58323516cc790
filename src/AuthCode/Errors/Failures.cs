using System.Globalization;

namespace AuthCode;

/// <summary>Every message of <see cref="AuthenticationFailedException"/>: what failed, what to do, and the server's words last.</summary>
/// <remarks>docs/troubleshooting.md has a row for each; a test holds the two together.</remarks>
internal static partial class Failures
{
    // What a caller passed, or a resource server's challenge.

    internal static Failure TenantNotAllowed(string tenant) => new(
        $"The current credential is not configured to acquire tokens for tenant {tenant}. " +
        "Add it to AdditionallyAllowedTenants of the options, or add \"*\" to allow any tenant.");

    internal static Failure TenantMalformed(ArgumentException cause) => new(
        "TokenRequestContext.TenantId is neither a GUID nor a domain name, so no token was requested. " +
        "Correct the tenant, which a resource server's challenge may have supplied.", cause);

    internal static Failure ClaimsMalformed(ArgumentException cause) => new(
        "TokenRequestContext.Claims is not a usable JSON object, so no token was requested. " +
        "Correct the claims, which a resource server's challenge may have supplied.", cause);

    // What is left of the session.

    internal static Failure NoRefreshToken() => new(
        "The session has ended: the authorization code has been used, and the server returned no refresh token with its tokens. " +
        "Sign the user in again, with the scope offline_access granted.",
        remedy: Remedy.SignIn);

    /// <param name="host">The server.</param>
    /// <param name="first">Why there was no first response.</param>
    /// <param name="second">Why there was no second one.</param>
    internal static Failure CodeMayHaveBeenUsed(string host, Failure first, Failure second) => new(
        $"The responses of {host} to the redemption of the authorization code were lost, so the code may have been used. Sign the user in again. " +
        $"The first time: {first.Message} The second time: {second.Message}",
        first.Cause ?? second.Cause,
        second.Response ?? first.Response,
        remedy: Remedy.SignIn);

    /// <param name="first">Why there was no first response.</param>
    /// <param name="refusal">The second response.</param>
    internal static Failure CodeLostBefore(Failure first, Failure refusal) => new(
        "The response to a first redemption was lost, so the authorization code may have been used by it. Sign the user in again. " +
        $"The first time: {first.Message} The second time: {refusal.Message}",
        first.Cause,
        refusal.Response,
        remedy: Remedy.SignIn);

    internal static Failure EndedElsewhere() => new(
        "The session has been ended, on this instance or on another one. Sign the user in again.", remedy: Remedy.SignIn);

    internal static Failure SessionLost() => new(
        "The session is no longer in the store, or cannot be read there, and its refresh token is not sent without being confirmed, because the server may accept it once only. Sign the user in again.",
        remedy: Remedy.SignIn);

    internal static Failure SessionTooOld() => new(
        "The session has reached its lifetime (Sessions.Lifetime). Sign the user in again.", remedy: Remedy.SignIn);

    internal static Failure RefusedWithoutStore(TokenErrorResponse response) => new(
        "The authorization server refused the refresh token, and the session store does not respond, so that another instance may have a newer one. Try again later.",
        cause: null,
        response,
        remedy: Remedy.Time);

    internal static Failure LeaseTaken() => new(
        "Another instance has been refreshing this session for too long. Try again later.", remedy: Remedy.Time);

    internal static Failure StoreUnavailable() => new(
        "The session store did not respond, and this instance does not have the session in memory. Try again later.", remedy: Remedy.Time);

    internal static Failure StoreUnconfirming() => new(
        "The session store did not respond, and the refresh token is not sent without being confirmed, because the server may accept it once only. Try again later.", remedy: Remedy.Time);

    internal static Failure StoredByLaterVersion() => new(
        "A later version of this library has stored the session, and this version cannot read it. Instances of that version go on with the session. Try again later.", remedy: Remedy.Time);

    internal static Failure SignOutUnstored() => new(
        "The session store did not respond, or what it has of the session at the server cannot be read. The sessions of this instance have ended, and those of other instances end once the store has been told.",
        remedy: Remedy.Time);

    // What the authorization server said (RFC 6749 section 5.2).

    internal static Failure CodeRefused(TokenErrorResponse response) => WithWords(
        "The authorization server refused the authorization code: it has expired, was used before, " +
        "or belongs to another client, redirect URI or code verifier. Sign the user in again.", response, remedy: Remedy.SignIn);

    internal static Failure CodeRefusedForSetup(TokenErrorResponse response) => WithWords(
        "The authorization server refused the authorization code because the redirect URI, the code verifier or the tenant is not that of the authorize request. " +
        "Correct the configuration: a new sign-in would end in the same way.", response);

    internal static Failure CodeRefusedTwice(TokenErrorResponse response) => WithWords(
        "The authorization server refused the authorization code twice with the same words, so the code is not sent again. Sign the user in again.",
        response, Remedy.SignIn);

    internal static Failure RefreshTokenRefused(TokenErrorResponse response) => WithWords(
        "The authorization server no longer accepts the refresh token of this session. Sign the user in again.", response, remedy: Remedy.SignIn);

    internal static Failure InteractionNeeded(TokenErrorResponse response) => WithWords(
        "The authorization server wants the user to act before it issues a token for these scopes. " +
        "Sign the user in again for the scopes, with Response.Claims as the claims of the authorize request if it is set.", response, remedy: Remedy.SignIn);

    internal static Failure ClientRefused(TokenErrorResponse response) => WithWords(
        "The authorization server refused the client. Check the client ID and the client authentication (secret, certificate or assertion).",
        response);

    internal static Failure ScopesRefused(TokenErrorResponse response, IReadOnlyList<string> scopes) => WithWords(
        $"The authorization server does not grant the scopes {ServerText.Clean(string.Join(' ', scopes), ServerText.LongestSentence)} to this client. " +
        "Request the scopes of one API at a time, each as the server defines it: at Entra ID the API's identifier, a slash and a name, such as https://vault.azure.net/.default.",
        response);

    internal static Failure ScopesNotInSession(TokenErrorResponse response) => WithWords(
        "The authorization server does not grant these scopes to the session: the user has not consented to them, or an earlier refresh for fewer scopes has limited the refresh token. " +
        "Sign the user in again for the scopes; other requests of the session go on.", response, Remedy.SignIn);

    internal static Failure RequestRefused(TokenErrorResponse response) => WithWords(
        "The authorization server refused the token request. Check the scopes (one API in each request), the tenant, the client ID and the app registration.", response);

    // What the server, or something on the way to it, responded with instead of OAuth.

    internal static Failure Throttled(TokenErrorResponse response) => WithWords(
        response.RetryAfter is { } wait
            ? $"The authorization server accepts no requests for {Seconds(wait)} s. Try again after that."
            : "The authorization server accepts no requests for now. Try again later.",
        response, remedy: Remedy.Time);

    internal static Failure NotOAuth(string host, string mediaType, TokenErrorResponse response) => WithWords(
        $"{host} responded with {mediaType} instead of an OAuth error. Check the authority host and the tenant.", response);

    internal static Failure ErrorCutOff(string host, TokenErrorResponse response, Exception? cause) => new(
        $"The explanation of {host} for refusing the token request was cut off or too long to read. Try again." + Failure.WordsOf(response), cause, response, remedy: Remedy.Time);

    internal static Failure Redirected(string host, string? target, TokenErrorResponse? response, bool followed)
    {
        string to = target is null ? "" : $" to {target}";
        string what = followed
            ? $"The supplied HttpClient followed a redirect from {host}{to}, or one of its handlers changed the address of the request, so the response was discarded. " +
                "Configure its handler not to follow redirects; a handler that changes the address must set it back before it returns the response."
            : $"{host} responded with a redirect{to}, which is never followed with credentials in the body. Check the authority host.";
        return response is null ? new Failure(what) : WithWords(what, response);
    }

    internal static Failure MalformedResponse(string host, string problem, TokenErrorResponse response, Exception? cause) => new(
        $"The response of {host} is not a usable token response: {problem}. Sign the user in again if this was the first token of the session, else try again.",
        cause,
        response);

    internal static Failure TokenExpiredAtOnce(string host) => new(
        $"The last token that {host} issued for this request had expired when it arrived (expires_in is 0), so none is requested for 30 s. " +
        "Try again later, and have the lifetime of access tokens corrected at the server.");

    internal static Failure ServerFailed(string host, TokenErrorResponse response) => WithWords(
        $"{host} failed to process the token request. Try again later.", response, remedy: Remedy.Time);

    // What happened on the way.

    internal static Failure ResponseLost(string host, Exception cause) => new(
        $"The connection to {host} failed before the response to the token request was complete. Try again later.", cause, remedy: Remedy.Time);

    internal static Failure TimedOut(string host, TimeSpan? limit, Exception cause) => new(
        limit is { } seconds
            ? $"{host} did not respond to the token request within {Seconds(seconds)} s (Retry.NetworkTimeout). Try again later."
            : $"{host} did not respond to the token request within the time-out of the supplied HttpClient, or that canceled the request. Try again later.",
        new TimeoutException($"No complete response from {host}.", cause), remedy: Remedy.Time);

    internal static Failure Unreachable(string host, Exception cause) => new(
        $"No connection to {host} could be made, so nothing was sent. Check the network path to the host (name resolution, firewall, proxy).", cause, remedy: Remedy.Time);

    internal static Failure NotProcessed(string host, Exception cause) => new(
        $"{host} did not process the token request, which HTTP/2 allows a server that is busy or about to stop. Try again later.", cause, remedy: Remedy.Time);

    // A cancellation that no caller asked for must not look like one anywhere in the exception that leaves.
    internal static Failure NotConnected(string host, TimeSpan? limit, Exception cause) => new(
        (limit is { } seconds
            ? $"No connection to {host} could be made within {Seconds(seconds)} s (Retry.NetworkTimeout)"
            : $"No connection to {host} could be made within the time-out of the HTTP client")
        + ", so nothing was sent. Check the network path to the host (name resolution, firewall, proxy).",
        new TimeoutException("The connection could not be made in time.", cause), remedy: Remedy.Time);

    internal static Failure Overdue(string host, TimeSpan limit) => new(
        $"{host} did not respond to the token request within {Seconds(limit)} s (Retry.NetworkTimeout), and the supplied HTTP client has not ended the request. " +
        "Try again later: a response that still arrives is kept, and until the request is over no other is sent. Have the handlers heed their cancellation token.",
        new TimeoutException($"No complete response from {host}, and no end of the request."), remedy: Remedy.Time);

    internal static Failure RepeatedByHandler(string host, Exception cause) => new(
        $"A handler of the supplied HttpClient tried to repeat the token request after a response of {host} that it did not pass on. " +
        "Remove the handler that repeats requests from this client, because a code works once; AuthCode repeats requests itself (Retry).", cause);

    internal static Failure RepeatedOverHttp2(string host, Exception cause) => new(
        $"The supplied HttpClient tried to repeat the token request over HTTP/2 or HTTP/3: a handler after a response of {host} that it did not pass on, or the transport after {host} had said that it did not process the request. " +
        "Remove a handler that repeats requests from this client; without one, try again later.", cause, remedy: Remedy.Time);

    internal static Failure CalledWithin() => new(
        "The credential was called by a part of its own token request, or of a read of the metadata that it needs (a logger, an HTTP handler or a callback of the client authentication), which would wait for itself. " +
        "Use another credential there, or call after the request.");

    internal static Failure Untrusted(string host, Exception cause) => new(
        $"The secure connection to {host} failed, so nothing was sent. Check the TLS certificate of the host and the trusted roots of this machine.", cause);

    internal static Failure HttpClientDisposed(Exception cause) => new(
        "The supplied HttpClient has been disposed, so nothing was sent. Keep it for as long as the client or credential.", cause);

    internal static Failure HttpClientUnavailable(Exception cause) => new(
        "CreateHttpClient of the options failed or returned null, so nothing was sent. Return an HTTP client for each call.", cause);

    internal static Failure ClientAuthenticationFailed(Exception cause) => new(
        "The client authentication failed, so nothing was sent. Check the certificate or the callback; the inner exception has the cause.",
        cause);

    internal static Failure ProofFailed(Exception cause) => new(
        "The DPoP proof of the request could not be signed, so nothing was sent. Keep the DPoPKey, and the key that it was created from, for as long as the client; the inner exception has the cause.",
        cause);

    internal static Failure RequestNotMade(Exception cause) => new(
        "The form of the request could not be written, so nothing was sent. Check the additional parameters of the options; the inner exception has the cause.", cause);

    internal static Failure Unexpected(Exception cause) => new(
        "Acquiring a token failed in a way that AuthCode did not foresee. Please report it with the inner exception.", cause);

    private static Failure WithWords(string message, TokenErrorResponse response, Remedy remedy = Remedy.Correction) =>
        new(message + Failure.WordsOf(response), response: response, remedy: remedy);

    private static string Seconds(TimeSpan span) => Math.Ceiling(span.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
}
