namespace AuthCode;

/// <summary>Settings of an authorize request, beside the scopes.</summary>
/// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code">Entra's authorize request</see>.</remarks>
public class AuthorizationRequestOptions
{
    private TimeSpan _lifetime = TimeSpan.FromMinutes(15);
    private TimeSpan? _maxAge;

    /// <summary>Gets or sets how the response comes back.</summary>
    /// <value>Default: <see cref="AuthorizationResponseMode.Query"/>.</value>
    public AuthorizationResponseMode ResponseMode { get; set; }

    /// <summary>Gets or sets the sign-in name of the user, which fills in the form.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? LoginHint { get; set; }

    /// <summary>Gets or sets the domain whose sign-in page is shown at once (<c>domain_hint</c> of Entra ID).</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? DomainHint { get; set; }

    /// <summary>Gets or sets what the server prompts the user for: <c>login</c>, <c>consent</c>, <c>select_account</c> or <c>none</c>.</summary>
    /// <value>Default: <see langword="null"/>, the server decides.</value>
    public string? Prompt { get; set; }

    /// <summary>Gets or sets the claims that the tokens must hold, such as <see cref="TokenErrorResponse.Claims"/> of a refused request: a JSON object.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? Claims { get; set; }

    /// <summary>Gets or sets how long before this request the user may have authenticated. If it was longer ago, the server authenticates the user again, and <see cref="AuthorizationCodeClient.CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)"/> checks that it did.</summary>
    /// <value>Default: <see langword="null"/>, any time. In whole seconds; zero asks the server to authenticate the user always.</value>
    /// <remarks>
    /// The check compares the <c>auth_time</c> of the ID token with the time of this request, and allows the two clocks to be 5 minutes
    /// apart: an authentication that is older by less than that is not noticed. How long the user takes to sign in does not count. See
    /// <see href="https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest">OpenID Connect Core, section 3.1.2.1</see>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? MaxAge
    {
        get => _maxAge;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.GetValueOrDefault(), TimeSpan.Zero, nameof(value));
            _maxAge = value;
        }
    }

    /// <summary>Gets the authentication context classes of which the sign-in must have one (<c>acr_values</c>). <see cref="AuthorizationCodeClient.CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)"/> checks that it did.</summary>
    /// <value>Default: empty, any. Each entry is one class, without white space.</value>
    public IList<string> AcrValues { get; } = [];

    /// <summary>Gets or sets how long the user may take to sign in. A later response is refused.</summary>
    /// <value>Default: 15 minutes. More than zero, and at most one day.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative, or more than one day.</exception>
    public TimeSpan Lifetime
    {
        get => _lifetime;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            _lifetime = value;
        }
    }

    /// <summary>Gets additional parameters of the authorize request. They cannot replace those that the request sets itself, and <c>id_token_hint</c> is refused, since the address would carry the claims of a user.</summary>
    /// <value>Default: empty.</value>
    public IDictionary<string, string> ExtraParameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
