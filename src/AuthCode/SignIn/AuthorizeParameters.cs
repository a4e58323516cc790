using System.Globalization;

namespace AuthCode;

/// <summary>What an authorize request says (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1), in an address or pushed.</summary>
internal static class AuthorizeParameters
{
    // Whether or not a request has a value for them.
    private static readonly string[] OwnNames =
    [
        Parameters.Prompt, Parameters.LoginHint, Parameters.DomainHint, Parameters.MaxAge, Parameters.AcrValues,
    ];

    /// <summary>Checks what can be checked before anything is sent.</summary>
    /// <exception cref="ArgumentException">An option is not usable.</exception>
    internal static void Check(AuthorizationRequestOptions options, ServerProfile profile)
    {
        if (!Enum.IsDefined(options.ResponseMode))
        {
            throw new ArgumentException("ResponseMode must be AuthorizationResponseMode.Query or AuthorizationResponseMode.FormPost.", nameof(options));
        }

        foreach (string name in options.ExtraParameters.Keys)
        {
            if (string.IsNullOrWhiteSpace(name) || ParameterChanges.IsProtected(name) || IsOwn(name.Trim(), profile))
            {
                throw ParameterChanges.Refused("ExtraParameters", name, nameof(options));
            }
        }

        if (!string.IsNullOrEmpty(options.Claims) && !JsonShape.IsObject(options.Claims))
        {
            throw new ArgumentException("Claims must be a JSON object, as TokenErrorResponse.Claims is.", nameof(options));
        }

        if (!options.AcrValues.All(IsContextClass))
        {
            throw new ArgumentException(
                "Each of AcrValues must be one authentication context class, without white space: add several classes as several entries.", nameof(options));
        }
    }

    /// <summary>The parameters of a request whose options have been checked.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Of(
        AuthorizationTransaction transaction, AuthorizationRequestOptions options, ServerProfile profile)
    {
        bool usesPkce = profile.Settings.UsesPkce;
        (string Name, string? Value)[] own =
        [
            (Parameters.ClientId, transaction.ClientId.Value),
            (Parameters.ResponseType, Parameters.Code),
            (Parameters.RedirectUri, transaction.RedirectUri.Value),
            (Parameters.ResponseMode, ModeOf(options, profile)),
            (Parameters.Scope, string.Join(profile.Settings.ScopeSeparator, transaction.Scopes)),
            (Parameters.State, transaction.State),
            (Parameters.Nonce, UsesNonce(transaction, profile) ? transaction.Nonce.Value : null),
            (Parameters.CodeChallenge, usesPkce ? Pkce.ChallengeOf(transaction.CodeVerifier) : null),
            (Parameters.CodeChallengeMethod, usesPkce ? Parameters.S256 : null),
            (Parameters.Prompt, options.Prompt),
            (Parameters.LoginHint, options.LoginHint),
            (Parameters.DomainHint, options.DomainHint),
            (Parameters.Claims, options.Claims),
            (Parameters.MaxAge, transaction.MaxAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null),
            (Parameters.AcrValues, transaction.AcrValues.Count == 0 ? null : string.Join(' ', transaction.AcrValues)),
            (Parameters.ProofKeyThumbprint, profile.Proofs?.Thumbprint),
            .. profile.OwnFields.Select(static field => (field.Key, (string?)field.Value)),
        ];
        (string Name, string? Value)[] requested =
        [
            .. own.Where(static parameter => !string.IsNullOrEmpty(parameter.Value)),
            .. profile.ResourcesOf(transaction.Scopes).Select(static resource => (Parameters.Resource, (string?)resource)),
            .. options.ExtraParameters.Select(static extra => (extra.Key, (string?)extra.Value)).Where(static extra => !string.IsNullOrEmpty(extra.Item2)),
        ];

        // What one request says takes precedence over what the server's options say for all.
        ParameterChanges changes = profile.Settings.Authorization;
        return
        [
            .. requested.Select(static parameter => KeyValuePair.Create(parameter.Name, parameter.Value!)),
            .. changes.Added.Where(added => !Array.Exists(requested, parameter => parameter.Name == added.Key)),
        ];
    }

    /// <summary>Whether the ID token must return the nonce: a server that issues none knows no such parameter.</summary>
    internal static bool UsesNonce(AuthorizationTransaction transaction, ServerProfile profile) =>
        profile.Settings.UsesNonce && transaction.Scopes.Contains(Parameters.OpenId, StringComparer.Ordinal);

    // White space separates them in a request. Half a surrogate would not come back from a serialized transaction.
    private static bool IsContextClass(string? value) => !string.IsNullOrEmpty(value) && !value.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c));

    private static bool IsOwn(string name, ServerProfile profile) =>
        OwnNames.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Array.Exists(profile.OwnFields, field => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase));

    // The query is what a server does without being asked, and some do not know the parameter.
    private static string? ModeOf(AuthorizationRequestOptions options, ServerProfile profile) =>
        options.ResponseMode == AuthorizationResponseMode.FormPost ? Parameters.FormPost : profile.SendsDefaultResponseMode ? Parameters.Query : null;
}
