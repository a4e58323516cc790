namespace AuthCode;

/// <summary>What one server wants otherwise than the standard in a kind of request: parameters that are added or replaced, and those that are left out.</summary>
internal sealed class ParameterChanges
{
    /// <summary>For a server that keeps to the standard.</summary>
    internal static readonly ParameterChanges None = new([]);

    // Who the client is, what is redeemed, and what protects the sign-in.
    private static readonly string[] Protected =
    [
        Parameters.ClientId, Parameters.ClientSecret, Parameters.ClientAssertion, Parameters.ClientAssertionType, Parameters.GrantType,
        Parameters.Code, Parameters.CodeVerifier, Parameters.RefreshToken, Parameters.Claims, Parameters.RedirectUri, Parameters.ResponseType,
        Parameters.ResponseMode, Parameters.Scope, Parameters.State, Parameters.Nonce, Parameters.CodeChallenge, Parameters.CodeChallengeMethod,
        Parameters.Resource, Parameters.ProofKeyThumbprint, Parameters.Request, Parameters.RequestUri, Parameters.Token, Parameters.TokenTypeHint,
        Parameters.PostLogoutRedirectUri, Parameters.IdTokenHint,
    ];

    // What the ID token is checked for, by the name of the option that has it checked: sent otherwise, nobody would look at the result.
    private static readonly Dictionary<string, string> Checked = new(StringComparer.OrdinalIgnoreCase)
    {
        [Parameters.MaxAge] = "AuthorizationRequestOptions.MaxAge",
        [Parameters.AcrValues] = "AuthorizationRequestOptions.AcrValues",
    };

    private readonly KeyValuePair<string, string?>[] _changes;

    private ParameterChanges(KeyValuePair<string, string?>[] changes) => _changes = changes;

    /// <param name="options">The parameters by their names; <see langword="null"/> leaves one out.</param>
    /// <param name="name">The name of the option, for the message.</param>
    /// <param name="open">The protocol's parameters that may be changed in this kind of request.</param>
    /// <exception cref="ArgumentException">A parameter has no name, or may not be changed.</exception>
    internal static ParameterChanges From(IEnumerable<KeyValuePair<string, string?>> options, string name, params string[] open)
    {
        KeyValuePair<string, string?>[] changes = [.. options];
        foreach ((string parameter, _) in changes)
        {
            if (parameter is not null && Checked.TryGetValue(parameter.Trim(), out string? option))
            {
                throw new ArgumentException($"{name} must not hold '{parameter}', since the ID token would not be checked for it: set {option} for each sign-in.", nameof(options));
            }

            if (string.IsNullOrWhiteSpace(parameter) || (IsProtected(parameter) && !open.Contains(parameter, StringComparer.Ordinal)))
            {
                throw Refused(name, parameter, nameof(options));
            }
        }

        return changes.Length == 0 ? None : new(changes);
    }

    /// <summary>Whether a parameter is the protocol's own, whatever the case of its letters: a server might not tell them apart.</summary>
    internal static bool IsProtected(string name) => Protected.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The refusal of a parameter that may not be changed, or is none.</summary>
    /// <param name="option">The option that holds it.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="argumentName">The argument that holds the option.</param>
    internal static ArgumentException Refused(string option, string? parameter, string argumentName)
    {
        bool isUser = string.Equals(parameter?.Trim(), Parameters.IdTokenHint, StringComparison.OrdinalIgnoreCase);
        return isUser
            ? new ArgumentException(
                $"{option} must not hold '{parameter}', since no request but a sign-out carries the ID token of a user: set LoginHint of the authorization request instead.", argumentName)
            : new ArgumentException($"{option} must not hold '{parameter}': the library sets it itself, or the request has no such parameter.", argumentName);
    }

    /// <summary>Whether the request's own parameter is left out, because it is replaced or not wanted.</summary>
    internal bool Excludes(string name) => Array.Exists(_changes, change => change.Key == name);

    /// <summary>The parameters that are added.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Added =>
        _changes.Where(static change => change.Value is not null).Select(static change => KeyValuePair.Create(change.Key, change.Value!));

    public override string ToString() => string.Join(' ', _changes.Select(static change => change.Key));
}
