using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Azure.Core;

// Both constructors have optional options, as their counterparts in Azure.Identity have; the parameters before them tell them apart.
#pragma warning disable RS0026

namespace AuthCode;

/// <summary>A <see cref="TokenCredential"/> that acquires access tokens with an authorization code, which an authorization server such as Microsoft Entra ID sent to the redirect URI of the service.</summary>
/// <remarks>
/// <para>The first call redeems the code; later calls return a cached token, or redeem the refresh token that came with it. The
/// code and the refresh token are kept in memory only, and are overwritten when they are no longer needed and on disposal.</para>
/// <para>One instance belongs to one user's session. It is safe for use by any number of threads: callers for the same token share
/// one request, and canceling one caller does not affect the others.</para>
/// <para>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1">RFC 6749, section 4.1</see> and
/// <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow">Entra's authorization code flow</see>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public class AuthorizationCodeCredential : TokenCredential, IDisposable, IAsyncDisposable
{
    private readonly TokenSession? _session;
    private readonly TenantPolicy? _tenants;
    private volatile bool _isDisposed;

    /// <summary>Initializes a new instance of the <see cref="AuthorizationCodeCredential"/> class for mocking.</summary>
    protected AuthorizationCodeCredential()
    {
    }

    /// <summary>Initializes a credential with a code that was sent to a redirect URI. Nothing is sent.</summary>
    /// <param name="tenantId">The tenant that issued the code: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) ID.</param>
    /// <param name="authorizationCode">The code, as decoded from the redirect. It works once.</param>
    /// <param name="redirectUri">The redirect URI of the authorize request, exactly as it was written there.</param>
    /// <param name="options">The settings; <see langword="null"/> for a public client in the public cloud.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable; the message names it and says what would be.</exception>
    public AuthorizationCodeCredential(
        string tenantId, string clientId, string authorizationCode, Uri redirectUri, AuthorizationCodeCredentialOptions? options = null)
        : this(tenantId, clientId, authorizationCode, RequiredRedirect(redirectUri, options), nameof(redirectUri), options, clientSecret: null)
    {
    }

    /// <summary>Initializes a credential with a code and a client secret. Nothing is sent. The arguments are in the order of Azure.Identity.</summary>
    /// <param name="tenantId">The tenant that issued the code: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) ID.</param>
    /// <param name="clientSecret">The client secret's value.</param>
    /// <param name="authorizationCode">The code, as decoded from the redirect. It works once.</param>
    /// <param name="options">The settings, with <see cref="AuthorizationCodeCredentialOptions.RedirectUri"/> if the authorize request had one.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable, or the options name another client authentication beside the secret.</exception>
    public AuthorizationCodeCredential(
        string tenantId, string clientId, string clientSecret, string authorizationCode, AuthorizationCodeCredentialOptions? options = null)
        : this(tenantId, clientId, authorizationCode, options?.RedirectUri, nameof(options), options, OwnSecret(clientSecret, options))
    {
    }

    private AuthorizationCodeCredential(
        string tenantId,
        string clientId,
        string authorizationCode,
        Uri? redirectUri,
        string redirectUriParameter,
        AuthorizationCodeCredentialOptions? options,
        SecretAuthentication? clientSecret)
    {
        options ??= new AuthorizationCodeCredentialOptions();
        var client = ConfiguredClient.Create(tenantId, clientId, options, clientSecret);
        RedirectUri? redirect = redirectUri is null ? null : RedirectUri.From(redirectUri, redirectUriParameter);
        CodeVerifier? verifier = options.CodeVerifier is { } text ? CodeVerifier.Parse(text, nameof(options)) : null;
        _tenants = client.Tenants;
        _session = client.Sessions.Begin(authorizationCode, redirect, verifier, scopes: null, owned: clientSecret);
    }

    internal AuthorizationCodeCredential(TokenSession session, TenantPolicy tenants)
    {
        _session = session;
        _tenants = tenants;
    }

    /// <summary>Acquires an access token, or returns a cached one, and blocks the calling thread meanwhile.</summary>
    /// <param name="requestContext">Scopes (at least one), and optionally claims, a tenant and whether continuous access evaluation is enabled.</param>
    /// <param name="cancellationToken">Cancels the wait of this caller. A request that is shared with other callers goes on, and its result is kept for the next call.</param>
    /// <returns>A cached token that is valid, or one that the server has just issued; <see cref="AccessToken.RefreshOn"/> says when to call again.</returns>
    /// <exception cref="ArgumentException">No scope was given, or one of them is not a valid scope (<see href="https://www.rfc-editor.org/rfc/rfc6749#section-3.3">RFC 6749, section 3.3</see>).</exception>
    /// <exception cref="AuthenticationFailedException">No token could be acquired; see the message and <see cref="AuthenticationFailedException.Response"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller canceled the call.</exception>
    /// <exception cref="ObjectDisposedException">The credential has been disposed.</exception>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CachedToken? hit = FindHit(requestContext);
        if (hit is null && TryPrepare(requestContext, out TokenRequest? request, out hit))
        {
            hit = Session.Acquire(request, cancellationToken).OrThrow(request);
        }

        return hit.ToAccessToken();
    }

    /// <summary>Acquires an access token, or returns a cached one.</summary>
    /// <inheritdoc cref="GetToken" path="/param|/returns|/exception"/>
    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken = default)
    {
        // Not async itself: a cached token costs no state machine, and no block that catches.
        return !cancellationToken.IsCancellationRequested && FindHit(requestContext) is { } token
            ? new ValueTask<AccessToken>(token.ToAccessToken())
            : AcquireAsync(requestContext, cancellationToken);
    }

    /// <summary>Revokes the refresh token at the server, or the access tokens if there is no refresh token, and disposes of the credential.</summary>
    /// <param name="cancellationToken">Cancels the operation; the credential is then not disposed of.</param>
    /// <returns>Whether a token was revoked. Entra ID offers no revocation, and before the first token there is nothing to revoke; then only this credential ends.</returns>
    /// <exception cref="AuthenticationFailedException">The server could not be reached, or refused the revocation. The credential is not disposed of, so that the call can be repeated.</exception>
    /// <exception cref="OperationCanceledException">The caller canceled the call.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7009#section-2">RFC 7009, section 2</see>.</remarks>
    public virtual async Task<bool> RevokeAsync(CancellationToken cancellationToken = default)
    {
        await Session.TakeNewestAsync().ConfigureAwait(false);
        bool isRevoked = await Session.RevokeAsync(cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        await Session.NoteSignOutAsync().ConfigureAwait(false);
        return isRevoked;
    }

    /// <summary>Ends the credential: requests that are under way are canceled, and the code, the refresh token, the cached tokens and a client secret of its own are removed from memory.</summary>
    /// <remarks>
    /// A supplied <see cref="HttpClient"/>, certificate or <see cref="ClientAuthentication"/> stays usable. The credential of a session that
    /// is in a store can no longer be used, and the session itself goes on: others may use it, and <see cref="UserSessions.EndAsync"/> ends it.
    /// </remarks>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Does the same as <see cref="Dispose()"/>, and completes at once.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Releases what the credential holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called; there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _isDisposed = true;
            _session?.Release();
        }
    }

    /// <summary>Throws if the credential could not go on with what a new sign-in brings.</summary>
    /// <exception cref="ObjectDisposedException">The credential has been disposed of.</exception>
    /// <exception cref="AuthenticationFailedException">A request of the session is overdue.</exception>
    internal void ThrowIfUnableToAdopt()
    {
        ThrowIfDisposed();
        Session.ThrowIfStalled();
    }

    /// <exception cref="ObjectDisposedException">The credential has been disposed of.</exception>
    internal void ThrowIfDisposed()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(AuthorizationCodeCredential));
        Session.ThrowIfDisposed();
    }

    /// <summary>Goes on with what a new sign-in of the same user brought; the session of the sign-in is disposed of.</summary>
    internal async Task AdoptAsync(TokenSession session, DateTimeOffset startedOn, CancellationToken cancellationToken)
    {
        using (session)
        {
            await Session.AdoptAsync(session, startedOn, cancellationToken).ConfigureAwait(false);
        }
    }

    private TokenSession Session => _session ?? throw new InvalidOperationException(
        "This credential was made by the constructor for mocking: override GetToken and GetTokenAsync.");

    private async ValueTask<AccessToken> AcquireAsync(TokenRequestContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TryPrepare(context, out TokenRequest? request, out CachedToken? hit)
            ? (await Session.AcquireAsync(request, cancellationToken).ConfigureAwait(false)).OrThrow(request).ToAccessToken()
            : hit.ToAccessToken();
    }

    /// <summary>The checked request, unless a token is there for the tenant that the requested one resolves to.</summary>
    private bool TryPrepare(in TokenRequestContext context, [NotNullWhen(true)] out TokenRequest? request, [NotNullWhen(false)] out CachedToken? hit)
    {
        // First of all: a caller of a disposed credential is told so, whatever the request.
        ThrowIfDisposed();
        TenantId tenant = _tenants!.Resolve(context.TenantId);
        TokenCacheKey key = KeyOf(context, tenant, Session.Profile);
        hit = tenant.Equals(_tenants.ForLookUp(context.TenantId)) ? null : Session.FindHit(key);
        if (hit is not null)
        {
            request = null;
            return false;
        }

        request = TokenRequest.From(key, context, Session.Profile);
        return true;
    }

    /// <summary>The token of a request, by its tenant as it is written; nothing is checked, and nothing thrown.</summary>
    private CachedToken? FindHit(in TokenRequestContext context) => _isDisposed ? null : _session?.FindHit(KeyOf(context, _tenants!.ForLookUp(context.TenantId), _session.Profile));

    private static TokenCacheKey KeyOf(in TokenRequestContext context, TenantId tenant, ServerProfile profile) => new(
        new ScopeSet(context.Scopes, profile.CountsAllScopes),
        tenant,
        string.IsNullOrEmpty(context.Claims) ? null : context.Claims,
        context.IsCaeEnabled,
        profile.ResourceOf(context.Scopes));

    private static Uri RequiredRedirect(Uri redirectUri, AuthorizationCodeCredentialOptions? options)
    {
        ArgumentNullException.ThrowIfNull(redirectUri);
        return options?.RedirectUri is { } other && other.OriginalString != redirectUri.OriginalString
            ? throw new ArgumentException("The redirect URI and options.RedirectUri differ: pass it once.", nameof(redirectUri))
            : redirectUri;
    }

    private static SecretAuthentication OwnSecret(string clientSecret, AuthorizationCodeCredentialOptions? options)
    {
        if (options is not null && options.ClientAuthentication != ClientAuthentication.None)
        {
            throw new ArgumentException(
                "A client authenticates in one way (RFC 6749 section 2.3): leave options.ClientAuthentication unset, or use the constructor without a client secret.",
                nameof(options));
        }

        return SecretAuthentication.Create(clientSecret, ClientSecretMethod.Post, nameof(clientSecret));
    }
}
