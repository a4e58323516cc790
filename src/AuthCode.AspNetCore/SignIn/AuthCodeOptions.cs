using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>Settings of <see cref="AuthCodeHandler"/>. Those of the client (server, client authentication, sessions) are in its section of the configuration.</summary>
/// <remarks>
/// Requests to the authorization server are sent by the HTTP client of the scheme's name in <c>IHttpClientFactory</c>, so the inherited
/// settings of the back channel have no effect. <see cref="RemoteAuthenticationOptions.CorrelationCookie"/> is the cookie of a sign-in
/// under way; its name begins with <c>.AuthCode.</c> and ends with a hash of the state.
/// </remarks>
public sealed class AuthCodeOptions : RemoteAuthenticationOptions
{
    internal const string TransactionCookiePrefix = ".AuthCode.";

    /// <summary>Initializes the defaults.</summary>
    public AuthCodeOptions()
    {
        CallbackPath = "/signin-oidc";
        Events = new AuthCodeEvents();
        CorrelationCookie.Name = TransactionCookiePrefix;
        CorrelationCookie.SameSite = SameSiteMode.Lax;
        CorrelationCookie.SecurePolicy = CookieSecurePolicy.Always;
    }

    /// <summary>Gets the scopes that a user consents to at the sign-in, of one API or several. Scopes of an <see cref="AuthenticationFailedException"/> are added when they are needed.</summary>
    /// <value>Default: <c>Scopes</c> or <c>Scope</c> of the configuration, else <c>openid</c> and <c>profile</c>.</value>
    public ICollection<string> Scopes { get; } = new List<string>();

    /// <summary>Gets or sets how the response comes back.</summary>
    /// <value>Default: <see cref="AuthorizationResponseMode.Query"/>. With <see cref="AuthorizationResponseMode.FormPost"/>, the cookie of a sign-in under way is <c>SameSite=None</c>.</value>
    public AuthorizationResponseMode ResponseMode { get; set; }

    /// <summary>Gets or sets what the server prompts the user for: <c>login</c>, <c>consent</c>, <c>select_account</c> or <c>none</c>.</summary>
    /// <value>Default: <see langword="null"/>, the server decides.</value>
    public string? Prompt { get; set; }

    /// <summary>Gets or sets the path that the browser comes back to after a sign-out at the authorization server. Register it there.</summary>
    /// <value>Default: <c>/signout-callback-oidc</c>.</value>
    public PathString SignedOutCallbackPath { get; set; } = "/signout-callback-oidc";

    /// <summary>Gets or sets the path that the authorization server loads in the browser when the user signs out there: the front-channel logout URI. Register it there.</summary>
    /// <value>Default: <c>/signout-oidc</c>. Empty for none. Several schemes can have the same one.</value>
    /// <remarks>See <see href="https://openid.net/specs/openid-connect-frontchannel-1_0.html">OpenID Connect Front-Channel Logout</see>.</remarks>
    public PathString RemoteSignOutPath { get; set; } = "/signout-oidc";

    /// <summary>Gets or sets the path to which the authorization server posts a logout token when the user signs out there: the back-channel logout URI. Register it there.</summary>
    /// <value>Default: <c>/signout-backchannel</c>. Empty for none. Several schemes can have the same one.</value>
    /// <remarks>See <see href="https://openid.net/specs/openid-connect-backchannel-1_0.html">OpenID Connect Back-Channel Logout</see>.</remarks>
    public PathString BackchannelLogoutPath { get; set; } = "/signout-backchannel";

    /// <summary>Gets the tenants whose users may sign in, beside <c>AllowedSignInTenants</c> of the configuration.</summary>
    /// <value>Default: empty. Each entry is a tenant ID (GUID). If both are empty, any tenant that the authority signs in.</value>
    public ICollection<string> AllowedSignInTenants { get; } = new List<string>();

    /// <summary>Gets the types of the ID token's claims that are kept in the cookie. The name and the roles are kept in any case, and tokens never.</summary>
    /// <value>Default: <c>sub</c>, <c>oid</c>, <c>tid</c>, <c>name</c>, <c>preferred_username</c>, <c>email</c> and <c>roles</c>. Cookies are small: keep what each request needs.</value>
    public ICollection<string> KeepClaims { get; } = new HashSet<string>(StringComparer.Ordinal) { "sub", "oid", "tid", "name", "preferred_username", "email", "roles" };

    /// <summary>Gets or sets what happens to a user whose cookie is valid, and whose session is lost: after a restart without a store, for example.</summary>
    /// <value>Default: <see cref="LostSessionBehavior.SignInAgain"/>.</value>
    public LostSessionBehavior WhenSessionIsLost { get; set; }

    /// <summary>Gets or sets whether the claims of the user are kept with the session, in the store that it is in, so that the cookie holds the key of the session alone.</summary>
    /// <value>Default: <see langword="false"/>. For users with many claims, such as groups, and for claims that no cookie should show to whoever decrypts it.</value>
    /// <remarks>
    /// <see cref="KeepClaims"/> and the event <c>OnTicketReceived</c> decide which claims there are; 128 KiB of them can be kept. They are read with the session,
    /// at most once in <see cref="UserSessionOptions.RevalidateAfter"/> on each instance. While the store is down, an instance that
    /// does not have the session, or has older claims than those which the cookie names, answers 503 where a user is required, if <c>UseAuthCode</c> is called.
    /// </remarks>
    public bool TicketInStore { get; set; }

    /// <summary>Gets or sets the events of the handler.</summary>
    /// <value>Default: an instance that does nothing.</value>
    public new AuthCodeEvents Events
    {
        get => (AuthCodeEvents)base.Events;
        set => base.Events = value;
    }

    /// <summary>Whether the server is Entra ID, as the section says.</summary>
    internal bool IsEntra { get; set; } = true;

    /// <summary>Protects the cookie of a sign-in under way.</summary>
    internal ISecureDataFormat<AuthenticationProperties> TransactionFormat { get; set; } = null!;

    /// <summary>Protects the address at which a script's user starts a sign-in.</summary>
    internal ISecureDataFormat<AuthenticationProperties> StartFormat { get; set; } = null!;

    /// <summary>Protects the return address of a sign-out.</summary>
    internal ISecureDataFormat<AuthenticationProperties> SignOutFormat { get; set; } = null!;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InvalidOperationException">A setting is not usable; the message names it and says what would be.</exception>
    public override void Validate()
    {
        if (SaveTokens)
        {
            throw new InvalidOperationException(
                "AuthCodeOptions.SaveTokens must stay false: the session keeps the tokens, and no cookie does. " +
                "Read them by HttpContext.GetUserTokenAsync(scopes), or use AddUserClient(…) and AddUserToken(scopes).");
        }

        Require(CallbackPath, nameof(CallbackPath));
        Require(SignedOutCallbackPath, nameof(SignedOutCallbackPath));
        if (CallbackPath == SignedOutCallbackPath)
        {
            throw new InvalidOperationException("AuthCodeOptions.CallbackPath and SignedOutCallbackPath are the same: the browser comes back to them for different reasons. Set two paths, such as /signin-oidc and /signout-callback-oidc.");
        }

        RequireOwn(RemoteSignOutPath, nameof(RemoteSignOutPath), CallbackPath, SignedOutCallbackPath, BackchannelLogoutPath);
        RequireOwn(BackchannelLogoutPath, nameof(BackchannelLogoutPath), CallbackPath, SignedOutCallbackPath);

        if (CorrelationCookie.SameSite == SameSiteMode.Strict)
        {
            throw new InvalidOperationException("AuthCodeOptions.CorrelationCookie.SameSite must not be Strict: the response comes from another site, and no browser would send the cookie with it. Leave it at Lax.");
        }

        if (RemoteAuthenticationTimeout <= TimeSpan.Zero || RemoteAuthenticationTimeout > TimeSpan.FromDays(1))
        {
            throw new InvalidOperationException("AuthCodeOptions.RemoteAuthenticationTimeout is not usable: set it to the time that a user may take to sign in, of one day at most, such as 15 minutes.");
        }

        if (EventsType is { } type && !type.IsAssignableTo(typeof(AuthCodeEvents)))
        {
            throw new InvalidOperationException($"AuthCodeOptions.EventsType is {type.Name}, which is no AuthCodeEvents: derive it from that class.");
        }

        if (TicketInStore && WhenSessionIsLost == LostSessionBehavior.KeepUser)
        {
            throw new InvalidOperationException("AuthCodeOptions.TicketInStore and WhenSessionIsLost = KeepUser exclude each other: the claims of a user are lost together with the session. Leave WhenSessionIsLost at SignInAgain.");
        }

        base.Validate();
    }

    private static void RequireOwn(PathString path, string name, params ReadOnlySpan<PathString> others)
    {
        if (path.HasValue && (path == "/" || others.Contains(path)))
        {
            throw new InvalidOperationException($"AuthCodeOptions.{name} is not usable: set it to a path of its own, or to an empty one if the authorization server does not tell of sign-outs in this way.");
        }
    }

    private static void Require(PathString path, string name)
    {
        if (!path.HasValue || path == "/")
        {
            throw new InvalidOperationException($"AuthCodeOptions.{name} is not usable: set it to a path of its own, such as /signin-oidc.");
        }
    }
}
