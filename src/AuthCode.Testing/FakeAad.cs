using AuthCode.Testing.Endpoints;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;

namespace AuthCode.Testing;

/// <summary>A fake of Microsoft Entra ID's v2 endpoints that runs in the process of the test and listens on a loopback port.</summary>
/// <remarks>
/// The fake enforces the rules of the authorization code flow: a code works once, for one client, one redirect URI and one code verifier.
/// It knows the app registration and the user of its <see cref="Options"/>, and the codes and refresh tokens that it has issued.
/// It uses <c>http</c>, which AuthCode accepts for loopback addresses. A process can run any number of fakes, and any number of threads
/// can use an instance.
/// See <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow">the authorization code flow in Entra ID</see> and
/// <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1">RFC 6749, section 4.1</see>.
/// </remarks>
public sealed partial class FakeAad : IDisposable
{
    private readonly GrantStore _grants;
    private readonly WireMockHost _host;
    private readonly RequestRouter _router;

    private FakeAad(FakeAadOptions options)
    {
        Options = options;
        _grants = new GrantStore(options);
        _router = new RequestRouter(options, _grants);
        _host = new WireMockHost(_router.HandleAsync, () => options.TimeProvider.GetUtcNow(), options.UseHttps);
        _router.CreateEndpoints(_host.BaseUri);
    }

    /// <summary>Starts a fake with the default options.</summary>
    /// <returns>The running fake. Dispose it to stop it.</returns>
    public static FakeAad Start() => new(new FakeAadOptions());

    /// <summary>Starts a fake.</summary>
    /// <param name="options">The app registration and the behavior. The fake uses this instance, so later changes take effect.</param>
    /// <returns>The running fake. Dispose it to stop it.</returns>
    /// <exception cref="ArgumentNullException">The options are <see langword="null"/>.</exception>
    public static FakeAad Start(FakeAadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FakeAad(options);
    }

    /// <summary>Starts a fake.</summary>
    /// <param name="configure">Changes the default options before the fake starts.</param>
    /// <returns>The running fake. Dispose it to stop it.</returns>
    /// <exception cref="ArgumentNullException">The callback is <see langword="null"/>.</exception>
    public static FakeAad Start(Action<FakeAadOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new FakeAadOptions();
        configure(options);
        return new FakeAad(options);
    }

    /// <summary>The authority host that the client under test is configured with.</summary>
    /// <value>An <c>http</c> address on <c>127.0.0.1</c> with a free port and a slash at the end.</value>
    public Uri AuthorityHost => _host.BaseUri;

    /// <summary>The app registration and the behavior. Changes take effect with the next request.</summary>
    public FakeAadOptions Options { get; }

    /// <summary>The tenant of the app registration.</summary>
    /// <value>The current value of <see cref="FakeAadOptions.TenantId"/>.</value>
    public string TenantId => Options.TenantId;

    /// <summary>The application (client) ID.</summary>
    /// <value>The current value of <see cref="FakeAadOptions.ClientId"/>.</value>
    public string ClientId => Options.ClientId;

    /// <summary>The client secret.</summary>
    /// <value>The current value of <see cref="FakeAadOptions.ClientSecret"/>; <see langword="null"/> for an app without a secret.</value>
    public string? ClientSecret => Options.ClientSecret;

    /// <summary>The first registered redirect URI.</summary>
    /// <value>The current first item of <see cref="FakeAadOptions.RedirectUris"/>.</value>
    public Uri RedirectUri => Options.RedirectUris[0];

    /// <summary>All requests since the start, or since <see cref="ClearRequests"/>, in the order in which they were received.</summary>
    /// <value>A copy that does not grow. Requests that are still being processed are included.</value>
    public IReadOnlyList<FakeAadRequest> Requests => _router.Requests;

    /// <summary>Those of the <see cref="Requests"/> that went to the token endpoint of any tenant.</summary>
    /// <value>A copy that does not grow. Requests that are still being processed are included.</value>
    public IReadOnlyList<FakeAadRequest> TokenRequests => [.. _router.Requests.Where(static request => EndpointPaths.KindOf(request.Path) == EndpointKind.Token)];

    /// <summary>Removes all requests from <see cref="Requests"/> and frees their memory. Codes, refresh tokens and faults stay.</summary>
    public void ClearRequests() => _router.ClearRequests();

    /// <summary>Returns the address of the token endpoint of a tenant.</summary>
    /// <param name="tenantId">The tenant; <see langword="null"/> for <see cref="TenantId"/>.</param>
    /// <returns>An absolute URI.</returns>
    public Uri TokenEndpoint(string? tenantId = null) => new(AuthorityHost, EndpointPaths.Token(tenantId ?? TenantId));

    /// <summary>Returns the address to which an app sends the browser to sign in. A GET request to it gets a response that sends the browser back to the app.</summary>
    /// <param name="scopes">The scopes that the user consents to.</param>
    /// <param name="state">The state, which the authorization response repeats; <see langword="null"/> for none.</param>
    /// <param name="codeChallenge">The PKCE code challenge, derived with the method <c>S256</c>; <see langword="null"/> for none.</param>
    /// <param name="tenantId">The tenant; <see langword="null"/> for <see cref="TenantId"/>.</param>
    /// <param name="nonce">The nonce of the ID token; <see langword="null"/> for none.</param>
    /// <param name="responseMode">How the authorization response is returned: <c>query</c>, <c>fragment</c> or <c>form_post</c>.</param>
    /// <param name="claims">The value of the claims parameter as JSON, which is not checked; <see langword="null"/> for none. See <see cref="RequireClaims"/>.</param>
    /// <returns>An absolute URI. Its redirect URI is <see cref="RedirectUri"/>.</returns>
    /// <exception cref="ArgumentNullException">The scopes are <see langword="null"/>.</exception>
    /// <remarks>
    /// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1">RFC 6749, section 4.1.1</see>, and
    /// <see href="https://www.rfc-editor.org/rfc/rfc7636#section-4.3">RFC 7636, section 4.3</see>.
    /// </remarks>
    public Uri AuthorizeUri(
        IEnumerable<string> scopes, string? state = null, string? codeChallenge = null, string? tenantId = null, string? nonce = null, string responseMode = "query",
        string? claims = null)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        (string Name, string? Value)[] parameters =
        [
            ("client_id", ClientId), ("response_type", "code"), ("redirect_uri", RedirectUri.OriginalString), ("response_mode", responseMode),
            ("scope", string.Join(' ', scopes)), ("state", state), ("nonce", nonce), ("claims", claims),
            ("code_challenge", codeChallenge), ("code_challenge_method", codeChallenge is null ? null : "S256"),
        ];
        string query = string.Join('&', parameters.Where(static pair => pair.Value is not null).Select(static pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
        return new Uri(AuthorityHost, $"{EndpointPaths.Authorize(tenantId ?? TenantId)}?{query}");
    }

    /// <summary>Issues a code without a browser. The code is bound to the tenant, the client, the first redirect URI and the user of the <see cref="Options"/>, and has no PKCE code challenge.</summary>
    /// <param name="scopes">The scopes that the user consents to. If there are none, the token request must name its scopes.</param>
    /// <returns>The authorization code.</returns>
    /// <exception cref="ArgumentNullException">The array is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A scope is <see langword="null"/>.</exception>
    public string IssueCode(params string[] scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        return IssueCode(new FakeAadCodeRequest { Scopes = scopes, RedirectUri = RedirectUri.OriginalString });
    }

    /// <summary>Issues a code without a browser.</summary>
    /// <param name="request">The values that the code is bound to.</param>
    /// <returns>The authorization code.</returns>
    /// <exception cref="ArgumentNullException">The request is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">A scope of the request is <see langword="null"/>, or its claims are not a JSON object or have a repeated member.</exception>
    public string IssueCode(FakeAadCodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Scopes is null || request.Scopes.Contains(null))
        {
            throw new ArgumentException("Scopes must be a list of scopes without null. For a code without scopes, leave the list empty.", nameof(request));
        }

        RequestedClaims.RequireValid(request.Claims, nameof(request));
        return _grants.IssueCode(new SignInSession(request, request.ClientId ?? ClientId, request.TenantId ?? TenantId, request.User ?? Options.User));
    }

    /// <summary>Adds faults for the next token requests. Each fault affects one request, in the order in which the faults were added.</summary>
    /// <param name="faults">The faults.</param>
    /// <exception cref="ArgumentNullException">The array, or a fault in it, is <see langword="null"/>.</exception>
    /// <remarks>
    /// Once there are no more faults, token requests get their regular responses. Requests to other endpoints are not affected.
    /// <see cref="FakeAadOptions.BeforeTokenResponse"/> and <see cref="FakeAadOptions.TokenDelay"/> come before the fault.
    /// </remarks>
    public void Enqueue(params FakeAadFault[] faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (faults.Contains(null))
        {
            throw new ArgumentNullException(nameof(faults), "No fault may be null.");
        }

        foreach (FakeAadFault fault in faults)
        {
            _router.Enqueue(fault);
        }
    }

    /// <summary>Revokes all refresh tokens that have been issued, as an administrator can. They are refused with <c>invalid_grant</c> (AADSTS50173).</summary>
    /// <remarks>
    /// A code that has not been redeemed still works, and so does a sign-in that follows.
    /// See <see href="https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-revocation">Token revocation</see>.
    /// </remarks>
    public void RevokeRefreshTokens() => _grants.RevokeAll();

    /// <summary>Stops the fake. Token requests that are waiting get an HTTP 503 response, and no new connection is accepted.</summary>
    /// <remarks>Disposing a fake more than once has no effect.</remarks>
    public void Dispose() => _host.Dispose();
}
