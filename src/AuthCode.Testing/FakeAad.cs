using System.Text;
using AuthCode.Testing.Endpoints;
using AuthCode.Testing.Errors;
using AuthCode.Testing.Grants;
using AuthCode.Testing.Http;

namespace AuthCode.Testing;

/// <summary>A fake of Microsoft Entra ID's v2 endpoints on a loopback port, with the real rules: codes work once and belong to a client, a redirect URI and a verifier.</summary>
/// <remarks>
/// Start one in a line, as many as you like side by side; all members are safe for use by any number of threads. It speaks http, which
/// AuthCode accepts on loopback. It holds what <see cref="FakeAadOptions"/> say and nothing else: no user ever types a password.
/// </remarks>
public sealed class FakeAad : IDisposable
{
    private readonly GrantStore _grants;
    private readonly WireMockFace _face;
    private readonly Router _router;

    private FakeAad(FakeAadOptions options)
    {
        Options = options;
        _grants = new GrantStore(options);
        _router = new Router(options, _grants);
        _face = new WireMockFace(_router.AnswerAsync, () => options.TimeProvider.GetUtcNow());
        _router.Open(_face.BaseUri);
    }

    /// <summary>Starts a fake with the defaults.</summary>
    /// <returns>The running fake; dispose it to stop it.</returns>
    public static FakeAad Start() => new(new FakeAadOptions());

    /// <summary>Starts a fake.</summary>
    /// <param name="options">The app registration and the knobs.</param>
    /// <returns>The running fake; dispose it to stop it.</returns>
    /// <exception cref="ArgumentNullException">The argument is <see langword="null"/>.</exception>
    public static FakeAad Start(FakeAadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FakeAad(options);
    }

    /// <summary>Starts a fake.</summary>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>The running fake; dispose it to stop it.</returns>
    /// <exception cref="ArgumentNullException">The argument is <see langword="null"/>.</exception>
    public static FakeAad Start(Action<FakeAadOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new FakeAadOptions();
        configure(options);
        return new FakeAad(options);
    }

    /// <summary>The authority host for the client under test.</summary>
    public Uri AuthorityHost => _face.BaseUri;

    /// <summary>The knobs, which may be turned at any time.</summary>
    public FakeAadOptions Options { get; }

    /// <summary>The tenant of the app registration.</summary>
    public string TenantId => Options.TenantId;

    /// <summary>The application (client) id.</summary>
    public string ClientId => Options.ClientId;

    /// <summary>The client secret.</summary>
    public string? ClientSecret => Options.ClientSecret;

    /// <summary>The first registered redirect URI.</summary>
    public Uri RedirectUri => Options.RedirectUris[0];

    /// <summary>All requests since the start or <see cref="ClearRequests"/>, in the order in which they came.</summary>
    public IReadOnlyList<FakeAadRequest> Requests => _router.Requests;

    /// <summary>Those of <see cref="Requests"/> that went to a token endpoint.</summary>
    public IReadOnlyList<FakeAadRequest> TokenRequests => [.. _router.Requests.Where(static request => EndpointPaths.KindOf(request.Path) == EndpointKind.Token)];

    /// <summary>Forgets the requests so far.</summary>
    public void ClearRequests() => _router.ClearRequests();

    /// <summary>The token endpoint of a tenant.</summary>
    /// <param name="tenantId">The tenant; <see cref="TenantId"/> when <see langword="null"/>.</param>
    /// <returns>An absolute URI.</returns>
    public Uri TokenEndpoint(string? tenantId = null) => new(AuthorityHost, EndpointPaths.Token(tenantId ?? TenantId));

    /// <summary>The address to which a service sends its user's browser; a GET of it answers with the redirect back.</summary>
    /// <param name="scopes">The scopes to consent to.</param>
    /// <param name="state">The state to send back.</param>
    /// <param name="codeChallenge">The PKCE challenge, made with S256.</param>
    /// <param name="tenantId">The tenant; <see cref="TenantId"/> when <see langword="null"/>.</param>
    /// <param name="nonce">The nonce of the ID token.</param>
    /// <param name="responseMode">How the answer comes back: <c>query</c>, <c>fragment</c> or <c>form_post</c>.</param>
    /// <returns>An absolute URI.</returns>
    /// <exception cref="ArgumentNullException">The scopes are <see langword="null"/>.</exception>
    public Uri AuthorizeUri(
        IEnumerable<string> scopes, string? state = null, string? codeChallenge = null, string? tenantId = null, string? nonce = null, string responseMode = "query")
    {
        ArgumentNullException.ThrowIfNull(scopes);
        (string Name, string? Value)[] parameters =
        [
            ("client_id", ClientId), ("response_type", "code"), ("redirect_uri", RedirectUri.OriginalString), ("response_mode", responseMode),
            ("scope", string.Join(' ', scopes)), ("state", state), ("nonce", nonce),
            ("code_challenge", codeChallenge), ("code_challenge_method", codeChallenge is null ? null : "S256"),
        ];
        string query = string.Join('&', parameters.Where(static pair => pair.Value is not null).Select(static pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
        return new Uri(AuthorityHost, $"{EndpointPaths.Authorize(tenantId ?? TenantId)}?{query}");
    }

    /// <summary>A code as the browser would have brought it back, for the default client, redirect URI and user, without PKCE.</summary>
    /// <param name="scopes">The scopes that the user consented to.</param>
    /// <returns>The code.</returns>
    public string IssueCode(params string[] scopes) =>
        IssueCode(new FakeAadCodeRequest { Scopes = scopes, RedirectUri = RedirectUri.OriginalString });

    /// <summary>A code as the browser would have brought it back.</summary>
    /// <param name="request">What the code is bound to.</param>
    /// <returns>The code.</returns>
    /// <exception cref="ArgumentNullException">The request is <see langword="null"/>.</exception>
    public string IssueCode(FakeAadCodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _grants.IssueCode(new Session(request, request.ClientId ?? ClientId, request.User ?? Options.User));
    }

    /// <summary>Lets a token request to come meet a fault, each once and in this order; after them all is well again.</summary>
    /// <param name="faults">The faults.</param>
    /// <exception cref="ArgumentNullException">A fault is <see langword="null"/>.</exception>
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

    /// <summary>Ends all sessions, as an administrator does: refresh tokens are answered with <c>invalid_grant</c> (AADSTS50173) from now on.</summary>
    public void RevokeRefreshTokens() => _grants.RevokeAll();

    /// <summary>Wants claims in the tokens of an API: requests without them are answered with <c>interaction_required</c> and these claims.</summary>
    /// <param name="resource">The API, as <c>https://vault.azure.net</c>; a slash at its end makes no difference.</param>
    /// <param name="claims">The claims parameter as JSON; <see langword="null"/> wants none any more.</param>
    /// <exception cref="ArgumentException">The resource is empty, or the claims are not a JSON object.</exception>
    public void RequireClaims(string resource, string? claims)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        try
        {
            AskedClaims.Parse(claims);
        }
        catch (AadException e)
        {
            throw new ArgumentException("The claims must be a JSON object without repeated members.", nameof(claims), e);
        }

        _router.RequireClaims(resource, claims);
    }

    /// <summary>The value of the WWW-Authenticate header in which an API challenges a client for claims.</summary>
    /// <param name="claims">The claims parameter as JSON.</param>
    /// <returns>The header's value.</returns>
    /// <exception cref="ArgumentNullException">The claims are <see langword="null"/>.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/claims-challenge">Entra's claims challenges</see>.</remarks>
    public string CreateClaimsChallenge(string claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(claims));
        return $"Bearer realm=\"\", authorization_uri=\"{new Uri(AuthorityHost, $"{TenantId}/oauth2/authorize")}\", error=\"insufficient_claims\", claims=\"{encoded}\"";
    }

    /// <summary>Stops the fake: what is still held back is answered with HTTP 503, and nobody can connect any more.</summary>
    public void Dispose() => _face.Dispose();
}
