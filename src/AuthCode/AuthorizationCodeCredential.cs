using System.Diagnostics;
using Azure.Core;

// Both constructors have optional options, as their counterparts in Azure.Identity have; the parameters before them tell them apart.
#pragma warning disable RS0026

namespace AuthCode;

/// <summary>Gets access tokens for Azure SDK clients with an authorization code that Microsoft Entra ID sent to this service's redirect URI.</summary>
/// <remarks>
/// <para>The first call redeems the code; later calls return a cached token, or redeem the refresh token that came with it. The
/// code and the refresh token live in memory only and are wiped when they have served, and on disposal.</para>
/// <para>One instance belongs to one user's session. It is safe for use by any number of threads: callers for the same token share
/// one request, and a caller who cancels leaves the others alone.</para>
/// <para>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1">RFC 6749, section 4.1</see> and
/// <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow">Entra's authorization code flow</see>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public class AuthorizationCodeCredential : TokenCredential, IDisposable, IAsyncDisposable
{
    private readonly TokenSession? _session;
    private readonly TenantPolicy? _tenants;

    /// <summary>For mocking: an instance that gets no tokens by itself.</summary>
    protected AuthorizationCodeCredential()
    {
    }

    /// <summary>Makes a credential for a code that was sent to a redirect URI; sends nothing.</summary>
    /// <param name="tenantId">The tenant that issued the code: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) id.</param>
    /// <param name="authorizationCode">The code, as decoded from the redirect. It works once.</param>
    /// <param name="redirectUri">The redirect URI of the authorize request, exactly as it was written there.</param>
    /// <param name="options">Settings; the defaults are a public client in the public cloud.</param>
    /// <exception cref="ArgumentNullException">A required argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An argument or option is not usable; the message names it and says what is.</exception>
    public AuthorizationCodeCredential(
        string tenantId, string clientId, string authorizationCode, Uri redirectUri, AuthorizationCodeCredentialOptions? options = null)
        : this(tenantId, clientId, authorizationCode, RequiredRedirect(redirectUri, options), nameof(redirectUri), options, clientSecret: null)
    {
    }

    /// <summary>Makes a credential for a code and a client secret; sends nothing. The arguments are in Azure.Identity's order.</summary>
    /// <param name="tenantId">The tenant that issued the code: a GUID, a domain name, <c>organizations</c>, <c>common</c>, <c>consumers</c> or <c>adfs</c>.</param>
    /// <param name="clientId">The application (client) id.</param>
    /// <param name="clientSecret">The client secret's value.</param>
    /// <param name="authorizationCode">The code, as decoded from the redirect. It works once.</param>
    /// <param name="options">Settings, with <see cref="AuthorizationCodeCredentialOptions.RedirectUri"/> when the authorize request had one.</param>
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
        _session = client.Sessions.Begin(authorizationCode, redirect, verifier, owned: clientSecret);
    }

    internal AuthorizationCodeCredential(TokenSession session, TenantPolicy tenants)
    {
        _session = session;
        _tenants = tenants;
    }

    /// <summary>Gets an access token, on the calling thread.</summary>
    /// <param name="requestContext">Scopes (at least one), and optionally claims, a tenant and whether continuous access evaluation is enabled.</param>
    /// <param name="cancellationToken">Lets this caller go; what he shares with others goes on, and its result is kept for the next call.</param>
    /// <returns>A token from the cache that is valid now, or one that the server has just issued; <see cref="AccessToken.RefreshOn"/> says when to ask again.</returns>
    /// <exception cref="ArgumentException">The scopes are none, or one of them is no scope (RFC 6749 section 3.3).</exception>
    /// <exception cref="AuthenticationFailedException">There is no token to be had: see the message and <see cref="AuthenticationFailedException.Response"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The credential has been disposed.</exception>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CachedToken? hit = FindHit(requestContext);
        if (hit is null && Prepare(requestContext, out hit) is { } request)
        {
            hit = Session.Acquire(request, cancellationToken).OrThrow();
        }

        return hit!.ToAccessToken();
    }

    /// <summary>Gets an access token.</summary>
    /// <inheritdoc cref="GetToken" path="/param|/returns|/exception"/>
    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken = default)
    {
        // Not async itself: a cached token costs no state machine, and no block that catches.
        return !cancellationToken.IsCancellationRequested && FindHit(requestContext) is { } token
            ? new ValueTask<AccessToken>(token.ToAccessToken())
            : AcquireAsync(requestContext, cancellationToken);
    }

    /// <summary>Ends the session at the user's sign-out: has the server revoke the refresh token where it offers that (RFC 7009), and disposes the credential.</summary>
    /// <param name="cancellationToken">Gives it up; the credential is then not disposed.</param>
    /// <returns>Whether the server was told. Entra ID offers no revocation, and before the first token there is nothing to revoke: then only this credential ends.</returns>
    /// <exception cref="AuthenticationFailedException">The server could not be told. The credential works on, so that it can be tried again.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public virtual async Task<bool> RevokeAsync(CancellationToken cancellationToken = default)
    {
        bool isRevoked = await Session.RevokeAsync(cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        return isRevoked;
    }

    /// <summary>Ends the credential: requests under way are given up, and code, refresh token, tokens and a secret of its own are wiped.</summary>
    /// <remarks>A supplied <see cref="HttpClient"/>, certificate or <see cref="ClientAuthentication"/> stays usable.</remarks>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Does what <see cref="Dispose()"/> does; there is nothing to wait for.</summary>
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
            _session?.Dispose();
        }
    }

    private TokenSession Session => _session ?? throw new InvalidOperationException(
        "This credential was made by the constructor for mocking: override GetToken and GetTokenAsync.");

    private async ValueTask<AccessToken> AcquireAsync(TokenRequestContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Prepare(context, out CachedToken? hit) is { } request
            ? (await Session.AcquireAsync(request, cancellationToken).ConfigureAwait(false)).OrThrow().ToAccessToken()
            : hit!.ToAccessToken();
    }

    /// <summary>The checked request, unless a token is there for the tenant that the requested one resolves to.</summary>
    private TokenRequest? Prepare(in TokenRequestContext context, out CachedToken? hit)
    {
        // First of all: a caller of a disposed credential is told so, whatever the request.
        Session.ThrowIfDisposed();
        TenantId tenant = _tenants!.Resolve(context.TenantId);
        TokenCacheKey key = KeyOf(context, tenant);
        hit = tenant.Equals(_tenants.ForLookUp(context.TenantId)) ? null : Session.FindHit(key);
        return hit is null ? TokenRequest.From(key, context, Session.Profile) : null;
    }

    /// <summary>The token of a request, by its tenant as it is written; nothing is checked, and nothing thrown.</summary>
    private CachedToken? FindHit(in TokenRequestContext context) => _session?.FindHit(KeyOf(context, _tenants!.ForLookUp(context.TenantId)));

    private static TokenCacheKey KeyOf(in TokenRequestContext context, TenantId tenant) => new(
        new ScopeSet(context.Scopes), tenant, string.IsNullOrEmpty(context.Claims) ? null : context.Claims, context.IsCaeEnabled);

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
