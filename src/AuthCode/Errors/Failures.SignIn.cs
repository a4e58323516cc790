namespace AuthCode;

/// <content>A sign-in: its response, its ID token, and the server's metadata.</content>
internal static partial class Failures
{
    // What the browser brought back.

    internal static Failure TransactionOfAnother() => new(
        "The transaction belongs to another client, authority or tenant. Start the sign-in again, and pass its transaction to the client that created it.",
        remedy: Remedy.SignIn);

    internal static Failure ResponseOfAnother() => new(
        "The authorization response does not belong to this sign-in: its state is missing, or is not that of the transaction. " +
        "Start the sign-in again, and find out where the response came from.", remedy: Remedy.SignIn);

    internal static Failure ResponseTwice() => new(
        "The authorization response of this sign-in has been taken before. Keep the credential of the first one, or start the sign-in again.", remedy: Remedy.SignIn);

    internal static Failure ResponseTooLate() => new(
        "The authorization response came too late: the user took longer than AuthorizationRequestOptions.Lifetime. Start the sign-in again.", remedy: Remedy.SignIn);

    internal static Failure ResponseFromAnotherServer() => new(
        "The authorization response names another issuer than the server that the user was sent to. " +
        "Start the sign-in again, and find out where the response came from.", remedy: Remedy.SignIn);

    internal static Failure ResponseWithoutIssuer(string host) => new(
        $"The authorization response names no issuer, and the metadata of {host} states that all of its responses do. " +
        "Start the sign-in again, and find out where the response came from. " +
        "If the server has this switched off for the client, switch it on, or set AuthorizationServerOptions.UnsafeWithoutResponseIssuer, which gives up a defence against responses of another server.",
        remedy: Remedy.SignIn);

    internal static Failure ResponseAtAnotherAddress() => new(
        "The authorization response arrived at another address than the redirect URI of this sign-in, so nothing was sent. " +
        "Pass the address that the browser requested: behind a proxy, with the scheme, host, port and path that the browser sees.", remedy: Remedy.SignIn);

    internal static Failure ResponseParameterTwice(string name) => new(
        $"The authorization response has the parameter {name} more than once. Start the sign-in again, and find out where the response came from.", remedy: Remedy.SignIn);

    internal static Failure IssuerNotConfigured(string host) => new(
        $"The authorization response names an issuer, and none is configured for {host}. " +
        "Set AuthorizationServerOptions.Issuer to the issuer identifier that the server documents; docs/providers.md has that of GitHub.");

    internal static Failure SignInTenantNotAllowed() => new(
        "The user is of a tenant that is not in AllowedSignInTenants, so the sign-in was refused. Sign in with an account of an allowed tenant, or add the tenant.",
        remedy: Remedy.SignIn);

    internal static Failure OtherAccount() => new(
        "Another account than that of the signed-in user has signed in, so the sign-in was refused; the user's credential goes on. " +
        "Start the sign-in again with the user's name as LoginHint, or sign the user out first.", remedy: Remedy.SignIn);

    internal static Failure ResponseWithoutCode() => new(
        "The authorization response has neither one code nor one error. Start the sign-in again.", remedy: Remedy.SignIn);

    internal static Failure AuthorizationRefused(string error, string? description) => new(
        $"The authorization server refused the sign-in. Let the user sign in again, or do what the error asks for. The server's error is {error}"
        + (description is null ? "." : $": {description}"),
        remedy: Remedy.SignIn);

    // Who signed in.

    internal static Failure IdTokenMissing() => new(
        "The response to the authorization code had no ID token, so it does not say who signed in. " +
        "Check the scopes and the authorization server, and start the sign-in again.", remedy: Remedy.SignIn);

    internal static Failure IdTokenNotRequested(string host) => new(
        $"The sign-in did not request an ID token, because the metadata of {host} was that of an OAuth 2.0 server when it was started. Nothing was sent. Start the sign-in again.",
        remedy: Remedy.SignIn);

    internal static Failure IdTokenRefused(string problem) => new(
        $"ID token validation failed: {problem}. Start the sign-in again; if it fails again, check the client ID, the tenant and the clock of this machine.",
        remedy: Remedy.SignIn);

    internal static Failure LogoutTokenRefused(string problem) => new(
        $"Logout token validation failed: {problem}. No session was ended. Check which client and server send logout tokens to this address, and the clock of this machine.");

    internal static Failure LogoutTokenTwice() => new(
        "The logout token has been taken before. No session was ended by it again. Have the server send a new one for each sign-out.");

    /// <param name="host">The server.</param>
    /// <param name="issuer">The issuer that the document names.</param>
    internal static Failure MetadataOfAnother(string host, string issuer) => new(
        $"The OpenID metadata of {host} names another issuer, or an address that it must not name: its issuer is {ServerText.Clean(issuer, ServerText.LongestWord)}. " +
        "Create the server with that issuer if it is the right one, and set MetadataAddress if the document of the right one is elsewhere; at Entra ID, check the authority host and the tenant.");

    /// <param name="host">The server.</param>
    /// <param name="member">The member of the metadata.</param>
    internal static Failure MetadataMemberUnusable(string host, string member) => new(
        $"The OpenID metadata of {host} names another issuer, or an address that it must not name: its {member} must be an https address, " +
        "on loopback only if the issuer is, and at Entra ID an address of the authority. Have the metadata corrected at the server.");

    /// <param name="host">The server.</param>
    /// <param name="target">Where the redirect leads.</param>
    /// <param name="response">The status.</param>
    internal static Failure DocumentRedirected(string host, string target, TokenErrorResponse response) => new(
        $"The OpenID metadata or signing keys of {host} could not be read: HTTP {(int)response.StatusCode}, a redirect to {target}, and none is followed. " +
        "Set MetadataAddress of the server's options to the address of the metadata document.", response: response);

    internal static Failure PkceUnsupported(string host) => new(
        $"{host} does not offer PKCE by S256: its metadata lists other methods only. Use a server that does, or have it enabled there.");

    internal static Failure NoMetadata(string host) => new(
        $"ID tokens, userinfo and sign-out need metadata, and {host} was given by its endpoints alone. " +
        "Create the server with AuthorizationServer.OpenIdProvider, or do without them: CreateCredential needs no ID token.");

    internal static Failure NoIdTokens(string host) => new(
        $"{host} issues no ID tokens: its metadata is that of an OAuth 2.0 server. " +
        "Use CreateCredential, which needs none, or have the metadata list the scope openid if that is wrong.");

    internal static Failure DocumentUnavailable(string host, string problem, Exception? cause, TokenErrorResponse? response = null) => new(
        $"The OpenID metadata or signing keys of {host} could not be read: {problem}. Check the network path to the host.", cause, response, Remedy.Time);

    internal static Failure OtherUser(string host) => new(
        $"The response of {host} to the refresh is about another user, and was discarded. " +
        "Use the tokens that are left, and sign the user in again when they expire.");

    internal static Failure UserInfoUnusable(string host, string problem) => new(
        $"There was no usable response of {host} to the userinfo request: {problem}. Use the claims of the ID token, and have the response corrected at the server.");

    internal static Failure UserInfoOfAnother(string host) => new(
        $"The userinfo of {host} is about another user than the one who signed in. Use the claims of the ID token.");

    /// <param name="host">The server.</param>
    /// <param name="feature">What was requested.</param>
    /// <param name="member">The member of the metadata that would name it.</param>
    internal static Failure NotOffered(string host, string feature, string member) => new(
        $"{host} does not offer {feature}: its metadata has no usable {member}. Use a server that does, or do without it.");

    internal static Failure ServerRefused(string host, string what, TokenErrorResponse response) => WithWords(
        $"{host} refused the {what}. Do what the error asks for, or try again.", response, IsOfTheMoment(response) ? Remedy.Time : Remedy.Correction);

    internal static Failure ServerNotReached(string host, string what, Exception? cause) => new(
        $"There was no usable response of {host} to the {what}. Check the network path to the host, and try again.", cause, remedy: Remedy.Time);

    // The server asks to wait, or is not available.
    private static bool IsOfTheMoment(TokenErrorResponse response) =>
        (int)response.StatusCode is 408 or 421 or 425 or 429 or >= 500 || response.Error == "temporarily_unavailable";
}
