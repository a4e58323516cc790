using System.Security.Claims;

namespace AuthCode;

/// <summary>The address that signs a user out at the server (OpenID Connect RP-Initiated Logout section 2).</summary>
/// <param name="PostLogoutRedirectUri">Where the browser comes back to; <see langword="null"/> if it stays at the server.</param>
/// <param name="IdToken">The user's ID token as a hint; <see langword="null"/> if there is none.</param>
/// <param name="LoginHint">The user's <c>login_hint</c> claim; <see langword="null"/> if there is none.</param>
/// <param name="State">A value that comes back with the browser; <see langword="null"/> for none.</param>
internal sealed record SignOutRequest(RedirectUri? PostLogoutRedirectUri, string? IdToken, string? LoginHint, string? State)
{
    private const string LoginHintClaim = "login_hint";

    // In an address, beside the rest: servers and proxies take about 8 KiB.
    private const int LongestHint = 4096;

    /// <summary>What a session keeps of an ID token to tell the server later who signs out.</summary>
    internal static string? HintOf(string idToken, ClaimsIdentity identity, ServerProfile profile) =>
        (profile.SendsIdTokenHint ? idToken : identity.FindFirst(LoginHintClaim)?.Value) is { Length: > 0 and <= LongestHint } hint ? hint : null;

    /// <summary>The sign-out of the user of a session; of whom the server must ask, if there is none.</summary>
    internal static SignOutRequest Of(SessionUser? user, RedirectUri? postLogoutRedirectUri, string? state, ClientRegistration client)
    {
        string? hint = user?.SignOutHint;
        return hint is not null && client.Profile.SendsIdTokenHint
            ? Of(hint, postLogoutRedirectUri, state, client)
            : new SignOutRequest(postLogoutRedirectUri, IdToken: null, hint, state);
    }

    /// <summary>The sign-out of whom an ID token is about. Nobody but the browser's server learns of it, so that it need not be valid, but it must be of that server.</summary>
    /// <exception cref="ArgumentException">The ID token is none of the server for the client.</exception>
    internal static SignOutRequest Of(string idToken, RedirectUri? postLogoutRedirectUri, string? state, ClientRegistration client)
    {
        using IdTokenPayload? payload = IdTokenPayload.Read(idToken);
        return payload?.Text("iss") is { } issuer && client.Server.IsIssuer(issuer, client.Tenant) && payload.Audiences().Contains(client.ClientId.Value, StringComparer.Ordinal)
            ? new SignOutRequest(postLogoutRedirectUri, idToken, payload.Text(LoginHintClaim), state)
            : throw new ArgumentException("The ID token must be one of this client and server: pass SignedInUser.IdToken as it was.", nameof(idToken));
    }

    /// <exception cref="AuthenticationFailedException">The server has no such endpoint, or its metadata could not be read.</exception>
    internal async Task<Uri> ToUriAsync(ClientRegistration client, CancellationToken cancellationToken)
    {
        ParameterChanges changes = client.Profile.Settings.SignOut;
        ServerEndpoints endpoints = (await client.EndpointsAsync(static found => found.EndSession is not null, cancellationToken).ConfigureAwait(false)).OrThrow();
        Uri endpoint = endpoints.EndSession ?? throw NoEndpoint(client.Server).ToException();
        (string Name, string? Value)[] parameters =
        [
            (Parameters.ClientId, client.ClientId.Value),
            (Parameters.PostLogoutRedirectUri, PostLogoutRedirectUri?.Value),
            (Parameters.IdTokenHint, client.Profile.SendsIdTokenHint ? IdToken : null),
            (Parameters.LogoutHint, LoginHint),
            (Parameters.State, State),
        ];
        return AuthorizationUrl.Build(endpoint, parameters
            .Where(parameter => !string.IsNullOrEmpty(parameter.Value) && !changes.Excludes(parameter.Name))
            .Select(static parameter => KeyValuePair.Create(parameter.Name, parameter.Value!))
            .Concat(changes.Added));
    }

    private static Failure NoEndpoint(AuthorizationServer server) =>
        server.IsDiscovered ? Failures.NotOffered(server.Host, "sign-out", "end_session_endpoint") : Failures.NoMetadata(server.Host);

    public override string ToString() => "sign-out request";
}
