using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Testing;

/// <summary>The app registration and the knobs of a <see cref="FakeAad"/>. A knob that is turned takes effect with the next request.</summary>
/// <remarks>Each property may be set from any thread while requests are answered, but for the nullable times, which are best set while none is.</remarks>
public sealed class FakeAadOptions
{
    /// <summary>The tenant of the app registration.</summary>
    /// <value>Default: a fixed GUID.</value>
    public string TenantId { get; set; } = "72f988bf-0000-4000-8000-2d7cd011db47";

    /// <summary>The application (client) id.</summary>
    /// <value>Default: a fixed GUID.</value>
    public string ClientId { get; set; } = "4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4";

    /// <summary>The client secret; <see langword="null"/> makes the app a public client unless <see cref="Certificates"/> or <see cref="AcceptAssertion"/> are set.</summary>
    /// <value>Default: <c>fake-aad-client-secret</c>.</value>
    public string? ClientSecret { get; set; } = "fake-aad-client-secret";

    /// <summary>Certificates registered for client assertions (<c>private_key_jwt</c>): signature, issuer, audience, times, thumbprint and single use are checked.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<X509Certificate2> Certificates { get; set; } = [];

    /// <summary>Says whether an assertion from elsewhere (workload identity federation) is accepted.</summary>
    /// <value>Default: <see langword="null"/>, none is.</value>
    public Func<string, bool>? AcceptAssertion { get; set; }

    /// <summary>The registered redirect URIs, compared as text, on <c>http://localhost</c> without the port; the first one is the default of <see cref="FakeAad.AuthorizeUri"/> and <see cref="FakeAad.IssueCode(string[])"/>.</summary>
    /// <value>Default: <c>https://app.example/signin-oidc</c>.</value>
    /// <remarks>After a sign-out the browser may go to any address with the scheme, host and port of one of them, on http loopback with any port.</remarks>
    public IReadOnlyList<Uri> RedirectUris { get; set; } = [new("https://app.example/signin-oidc")];

    /// <summary>Who signs in.</summary>
    /// <value>Default: a user of the default tenant.</value>
    public FakeAadUser User { get; set; } =
        new("9f4880d8-0000-4000-8000-8f0e5a7fcf4b", "72f988bf-0000-4000-8000-2d7cd011db47", "Ada Lovelace", "ada@contoso.example");

    /// <summary>The clock of every life and time stamp.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>How long an authorization code works.</summary>
    /// <value>Default: 10 minutes, as at Entra ID.</value>
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an access token lives (<c>expires_in</c>).</summary>
    /// <value>Default: 1 hour.</value>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long an access token lives whose client can answer claims challenges (CP1).</summary>
    /// <value>Default: <see langword="null"/>, as long as any other.</value>
    public TimeSpan? CaeAccessTokenLifetime { get; set; }

    /// <summary>When a token should be renewed (<c>refresh_in</c>).</summary>
    /// <value>Default: <see langword="null"/>, the member is left out.</value>
    public TimeSpan? RefreshIn { get; set; }

    /// <summary>How long a refresh token works.</summary>
    /// <value>Default: 90 days, as at Entra ID.</value>
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Whether refresh tokens are issued, to those who ask for <c>offline_access</c>.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool IssueRefreshTokens { get; set; } = true;

    /// <summary>Whether each refresh brings a new refresh token.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool RotateRefreshTokens { get; set; } = true;

    /// <summary>
    /// Whether a refresh token that was rotated, or a code that was redeemed, ends the whole session when it comes again, as strict
    /// servers do (RFC 9700 section 4.14.2). Entra ID itself goes on accepting old refresh tokens.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool RevokeOnReplay { get; set; }

    /// <summary>The tenants that exist, beside <c>common</c>, <c>organizations</c>, <c>consumers</c> and <c>adfs</c>.</summary>
    /// <value>Default: <see langword="null"/>, all do.</value>
    public IReadOnlyCollection<string>? KnownTenants { get; set; }

    /// <summary>Maps the scopes that were asked for, without those of OpenID Connect, to those that are granted.</summary>
    /// <value>Default: <see langword="null"/>, what was asked for is granted.</value>
    public Func<IReadOnlyList<string>, IReadOnlyList<string>>? GrantScopes { get; set; }

    /// <summary>Whether <c>expires_in</c> is sent as a string of digits, as some servers do.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ExpiresInAsString { get; set; }

    /// <summary>Whether the redirect carries the issuer (<c>iss</c>, RFC 9207).</summary>
    /// <value>Default: <see langword="false"/>, as at Entra ID.</value>
    public bool SendIssuer { get; set; }

    /// <summary>Whether the authorize endpoint answers with a page on which a person, or a test's browser, signs in or cancels.</summary>
    /// <value>Default: <see langword="false"/>, the user signs in and consents at once. No password is asked for in either case.</value>
    /// <remarks>What is wrong with a request, and <see cref="AuthorizeError"/>, comes before the page.</remarks>
    public bool ShowSignInPage { get; set; }

    /// <summary>The error that the authorize endpoint redirects with instead of a code, as <c>access_denied</c>.</summary>
    /// <value>Default: <see langword="null"/>, the user consents.</value>
    public string? AuthorizeError { get; set; }

    /// <summary>How long each token answer is held back, on <see cref="TimeProvider"/>.</summary>
    /// <value>Default: zero.</value>
    public TimeSpan TokenDelay { get; set; }

    /// <summary>Awaited before each token request is looked at: a test holds the answer back without sleeping.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public Func<FakeAadRequest, Task>? BeforeTokenResponse { get; set; }
}
