// The base class is for these two alone: its constructor is not public.
#pragma warning disable RS0022

namespace AuthCode;

/// <summary>Settings of an <see cref="AuthorizationCodeClient"/>: those of an app registration, for all its users.</summary>
/// <remarks>The client copies them when it is created; later changes do not reach it. Not safe for use by several threads at once.</remarks>
public class AuthorizationCodeClientOptions : AuthorizationCodeOptions
{
    /// <summary>Gets the tenants whose users may sign in. <see cref="AuthorizationCodeClient.CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)"/> refuses users of any other tenant.</summary>
    /// <value>
    /// Default: empty, any tenant that the authority signs in. With <c>common</c> or <c>organizations</c> as the tenant of the client,
    /// that is every tenant of Microsoft Entra ID: list the allowed ones here, or check the claim <c>tid</c>. Each entry is a tenant ID (GUID).
    /// </value>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/claims-validation#validate-the-tenant">Entra's claims validation</see>.</remarks>
    public IList<string> AllowedSignInTenants { get; } = [];

    /// <summary>Gets additional parameters of each authorize request of this client, such as <c>domain_hint</c>.</summary>
    /// <value>Default: empty. A parameter of the authorize request's own options takes precedence, and one of these takes precedence over <see cref="AuthorizationServerOptions.AuthorizationParameters"/>. Parameters that the request itself must set are refused, and so are <c>max_age</c> and <c>acr_values</c>, for which the ID token is checked only if <see cref="AuthorizationRequestOptions"/> sets them.</value>
    public IDictionary<string, string> AuthorizationParameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the settings of the sessions of signed-in users: where they are kept, and for how long.</summary>
    /// <value>Default: the memory of this process.</value>
    public UserSessionOptions Sessions { get; } = new();

    /// <summary>Gets or sets a key to which the server binds the tokens. Access tokens are then of the type <c>DPoP</c>, and each API call needs a proof of the key.</summary>
    /// <value>Default: <see langword="null"/>, bearer tokens, which is what Azure SDK clients use. The key stays the caller's.</value>
    /// <remarks>Entra ID does not offer it, and a client of Entra ID refuses it. See <see href="https://www.rfc-editor.org/rfc/rfc9449">RFC 9449</see>.</remarks>
    public DPoPKey? DPoPKey { get; set; }
}
