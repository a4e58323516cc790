using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Testing;

/// <summary>The app registration and the behavior of a <see cref="FakeAad"/>. A change takes effect with the next request.</summary>
/// <remarks>
/// Properties can be set from any thread while the fake processes requests, except for <see cref="CaeAccessTokenLifetime"/> and
/// <see cref="RefreshIn"/>: set these while no request is in progress. An exception that a callback throws reaches the client as
/// an HTTP 500 response with the text of the exception.
/// </remarks>
public sealed partial class FakeAadOptions
{
    /// <summary>The tenant of the app registration.</summary>
    /// <value>Default: a fixed GUID.</value>
    public string TenantId { get; set; } = "72f988bf-0000-4000-8000-2d7cd011db47";

    /// <summary>The application (client) ID.</summary>
    /// <value>Default: a fixed GUID.</value>
    public string ClientId { get; set; } = "4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4";

    /// <summary>The client secret.</summary>
    /// <value>Default: <c>fake-aad-client-secret</c>. <see langword="null"/> for an app without a secret, which is a public client unless <see cref="Certificates"/> or <see cref="AcceptAssertion"/> is set.</value>
    /// <remarks>
    /// The secret is accepted in the body and in a Basic header. A public client must not authenticate.
    /// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3">RFC 6749, section 2.3</see>.
    /// </remarks>
    public string? ClientSecret { get; set; } = "fake-aad-client-secret";

    /// <summary>The certificates that are registered for signed client assertions (<c>private_key_jwt</c>).</summary>
    /// <value>Default: empty. No signed assertion is accepted.</value>
    /// <remarks>
    /// The fake checks the signature, the issuer, the subject, the audience, the lifetime and the thumbprint (<c>x5t#S256</c>) of an assertion,
    /// and accepts each assertion once. Clocks may differ by 5 minutes.
    /// See <see href="https://learn.microsoft.com/entra/identity-platform/certificate-credentials">Certificate credentials</see>.
    /// </remarks>
    public IReadOnlyList<X509Certificate2> Certificates { get; set; } = [];

    /// <summary>A callback that accepts or refuses the client assertion of another issuer, as in workload identity federation.</summary>
    /// <value>Default: <see langword="null"/>. Only assertions signed by one of the <see cref="Certificates"/> are accepted.</value>
    /// <remarks>
    /// The argument is the assertion. An assertion that the callback refuses is still accepted if a registered certificate signed it.
    /// See <see href="https://learn.microsoft.com/entra/workload-id/workload-identity-federation">Workload identity federation</see>.
    /// </remarks>
    public Func<string, bool>? AcceptAssertion { get; set; }

    /// <summary>The registered redirect URIs. The first one is the default of <see cref="FakeAad.AuthorizeUri"/> and <see cref="FakeAad.IssueCode(string[])"/>.</summary>
    /// <value>Default: <c>https://app.example/signin-oidc</c>. The list is copied.</value>
    /// <exception cref="ArgumentNullException">The value is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The value is empty, or an item is <see langword="null"/>.</exception>
    /// <remarks>
    /// A redirect URI is compared with them character by character; the port of an <c>http</c> loopback URI is ignored.
    /// After a sign-out, the browser is redirected to any address that has the scheme, host and port of a registered URI;
    /// again, the port of an <c>http</c> loopback URI is ignored.
    /// See <see href="https://learn.microsoft.com/entra/identity-platform/reply-url">Redirect URI restrictions</see> and
    /// <see href="https://www.rfc-editor.org/rfc/rfc8252#section-7.3">RFC 8252, section 7.3</see>.
    /// </remarks>
    public IReadOnlyList<Uri> RedirectUris
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Uri[] copy = [.. value];
            if (copy.Length == 0 || copy.Any(static uri => uri is null))
            {
                throw new ArgumentException(
                    $"{nameof(RedirectUris)} must hold at least one URI, and no null. Set it to the redirect URIs of the app, such as https://app.example/signin-oidc, or keep the default.",
                    nameof(value));
            }

            field = copy;
        }
    } = [new("https://app.example/signin-oidc")];

    /// <summary>The user who signs in.</summary>
    /// <value>Default: a user of the default tenant.</value>
    public FakeAadUser User { get; set; } =
        new("9f4880d8-0000-4000-8000-8f0e5a7fcf4b", "72f988bf-0000-4000-8000-2d7cd011db47", "Ada Lovelace", "ada@contoso.example");

    /// <summary>The clock for all lifetimes, delays and time stamps.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The lifetime of an authorization code, counted from when it is issued.</summary>
    /// <value>Default: 10 minutes, as in Entra ID.</value>
    /// <remarks>A change applies to codes that are issued afterwards.</remarks>
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The lifetime of access tokens and ID tokens.</summary>
    /// <value>Default: 1 hour. <c>expires_in</c> has it in whole seconds, rounded down.</value>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The lifetime of the access tokens of a client that declares the capability <c>cp1</c>: it can handle claims challenges.</summary>
    /// <value>Default: <see langword="null"/>, which stands for <see cref="AccessTokenLifetime"/>.</value>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/app-resilience-continuous-access-evaluation">Continuous access evaluation</see>.</remarks>
    public TimeSpan? CaeAccessTokenLifetime { get; set; }

    /// <summary>The time after which a client should renew an access token (<c>refresh_in</c>).</summary>
    /// <value>Default: <see langword="null"/>. Token responses then have no <c>refresh_in</c>. Sent in whole seconds, rounded down.</value>
    public TimeSpan? RefreshIn { get; set; }

    /// <summary>The lifetime of a refresh token, counted from when it is issued.</summary>
    /// <value>Default: 90 days, as in Entra ID.</value>
    /// <remarks>
    /// A change applies to refresh tokens that are issued afterwards.
    /// See <see href="https://learn.microsoft.com/entra/identity-platform/refresh-tokens">Refresh tokens</see>.
    /// </remarks>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Whether refresh tokens are issued. A client gets one if <c>offline_access</c> is among its scopes.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool IssueRefreshTokens { get; set; } = true;

    /// <summary>Whether the response to a refresh has a new refresh token.</summary>
    /// <value>Default: <see langword="true"/>. If <see langword="false"/>, the client keeps using the refresh token that it has.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749, section 6</see>.</remarks>
    public bool RotateRefreshTokens { get; set; } = true;

    /// <summary>Whether the use of a rotated refresh token, or of a redeemed code, revokes all refresh tokens of that sign-in.</summary>
    /// <value>Default: <see langword="false"/>, as in Entra ID, which goes on accepting rotated refresh tokens.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2">RFC 9700, section 4.14.2</see>.</remarks>
    public bool RevokeOnReplay { get; set; }

    /// <summary>For how long a rotated refresh token is accepted again although <see cref="RevokeOnReplay"/> is set.</summary>
    /// <value>Default: <see cref="TimeSpan.Zero"/>. The first replay revokes the sign-in.</value>
    /// <remarks>Counted from the first use. Providers have such a leeway for clients that did not receive the response to a refresh.</remarks>
    public TimeSpan RefreshTokenReuseGrace { get; set; }

    /// <summary>The tenants that exist, in addition to the aliases <c>common</c>, <c>organizations</c>, <c>consumers</c> and <c>adfs</c>. Case is ignored.</summary>
    /// <value>Default: <see langword="null"/>. Every tenant exists.</value>
    /// <remarks>Requests to a tenant that does not exist fail with <c>invalid_request</c> (AADSTS90002).</remarks>
    public IReadOnlyCollection<string>? KnownTenants { get; set; }

    /// <summary>The permissions that the user or an administrator has consented to, by API: for example <c>["read", "write"]</c> for <c>https://api.example</c>.</summary>
    /// <value>
    /// Default: empty. For an API that is not listed, every permission is consented to, and <c>.default</c> stands for the one permission
    /// <c>user_impersonation</c>. For the APIs themselves, case and a slash at the end are ignored.
    /// </value>
    /// <remarks>
    /// For an API that is listed, a token request for other permissions is refused with <c>invalid_grant</c> (AADSTS65001) and the
    /// suberror <c>consent_required</c>, as is a request for <c>.default</c> if there is no permission. The permissions that an authorize request,
    /// or <see cref="FakeAad.IssueCode(FakeAadCodeRequest)"/>, names are consented to as well: for the tokens of that sign-in.
    /// To change the permissions of an API, assign a new list.
    /// See <see href="https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope">the .default scope</see>.
    /// </remarks>
    public IDictionary<string, IReadOnlyList<string>> ConsentedScopes { get; } = new ConcurrentDictionary<string, IReadOnlyList<string>>(ResourceComparer.Instance);

    /// <summary>A callback that turns the requested scopes into the granted scopes.</summary>
    /// <value>Default: <see langword="null"/>. All requested scopes are granted.</value>
    /// <remarks>
    /// The argument does not contain <c>openid</c>, <c>profile</c>, <c>email</c> and <c>offline_access</c>, and has the permissions that
    /// were consented to in place of <c>.default</c>.
    /// </remarks>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>>? GrantScopes { get; set; }

    /// <summary>Whether <c>expires_in</c> is sent as a string of digits instead of a number, as some servers do.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ExpiresInAsString { get; set; }

    /// <summary>Whether the authorization response has the issuer (<c>iss</c>).</summary>
    /// <value>Default: <see langword="false"/>, as in Entra ID.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc9207#section-2">RFC 9207, section 2</see>.</remarks>
    public bool SendIssuer { get; set; }

    /// <summary>Whether the authorize endpoint shows a page on which a person, or the browser of a test, signs in or cancels.</summary>
    /// <value>Default: <see langword="false"/>. The user signs in and consents without a page. Neither setting asks for a password.</value>
    /// <remarks>
    /// The page is shown only for a valid request and while <see cref="AuthorizeError"/> is <see langword="null"/>.
    /// A request with <c>prompt=none</c> gets the error <c>login_required</c> instead of the page.
    /// </remarks>
    public bool ShowSignInPage { get; set; }

    /// <summary>The error that the authorize endpoint returns instead of a code, for example <c>access_denied</c>.</summary>
    /// <value>Default: <see langword="null"/>. A valid request gets a code.</value>
    /// <remarks>
    /// A request with an unknown client or an unregistered redirect URI is never redirected, with this error or any other.
    /// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1">RFC 6749, section 4.1.2.1</see>.
    /// </remarks>
    public string? AuthorizeError { get; set; }

    /// <summary>How long each token request waits before it is processed, measured by <see cref="TimeProvider"/>.</summary>
    /// <value>Default: <see cref="TimeSpan.Zero"/>, no delay.</value>
    public TimeSpan TokenDelay { get; set; }

    /// <summary>A callback that is awaited before each token request is processed. With it, a test can hold a response back without a delay.</summary>
    /// <value>Default: <see langword="null"/>, no callback.</value>
    /// <remarks>The <see cref="TokenDelay"/> follows the callback. Disposing the <see cref="FakeAad"/> ends the wait with an HTTP 503 response.</remarks>
    public Func<FakeAadRequest, Task>? BeforeTokenResponse { get; set; }
}
