namespace AuthCode;

/// <summary>What an authorize request asks beside the scopes.</summary>
/// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code">Entra's authorize request</see>.</remarks>
public class AuthorizationRequestOptions
{
    private TimeSpan _lifetime = TimeSpan.FromMinutes(15);
    private TimeSpan? _maxAge;

    /// <summary>How the answer comes back.</summary>
    /// <value>Default: <see cref="AuthorizationResponseMode.Query"/>.</value>
    public AuthorizationResponseMode ResponseMode { get; set; }

    /// <summary>The user's sign-in name, to fill the form in with.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? LoginHint { get; set; }

    /// <summary>The domain whose sign-in page is shown at once (Entra's <c>domain_hint</c>).</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? DomainHint { get; set; }

    /// <summary>Whether the server asks the user: <c>login</c>, <c>consent</c>, <c>select_account</c> or <c>none</c> (OpenID Connect Core section 3.1.2.1).</summary>
    /// <value>Default: <see langword="null"/>, the server decides.</value>
    public string? Prompt { get; set; }

    /// <summary>Claims that the tokens must hold, as <see cref="TokenErrorResponse.Claims"/> of a refused request: a JSON object.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? Claims { get; set; }

    /// <summary>How long ago the user may have entered his credentials; longer, and the server asks for them again. <see cref="AuthorizationCodeClient.CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)"/> checks it.</summary>
    /// <value>Default: <see langword="null"/>, any time. In whole seconds; zero asks always (OpenID Connect Core section 3.1.2.1).</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than nothing.</exception>
    public TimeSpan? MaxAge
    {
        get => _maxAge;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.GetValueOrDefault(), TimeSpan.Zero, nameof(value));
            _maxAge = value;
        }
    }

    /// <summary>Authentication context classes, of which the sign-in must have one (<c>acr_values</c>). <see cref="AuthorizationCodeClient.CompleteSignInAsync(AuthorizationTransaction, Uri, CancellationToken)"/> checks it.</summary>
    /// <value>Default: empty, any.</value>
    public IList<string> AcrValues { get; } = [];

    /// <summary>How long the user may take to sign in; a later callback is refused.</summary>
    /// <value>Default: 15 minutes. Up to a day.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set to nothing, less, or more than a day.</exception>
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

    /// <summary>Further parameters of the authorize request. They may not replace those that the request sets itself.</summary>
    /// <value>Default: empty.</value>
    public IDictionary<string, string> ExtraParameters { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
