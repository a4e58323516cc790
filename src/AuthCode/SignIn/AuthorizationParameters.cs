using System.Globalization;

namespace AuthCode;

/// <summary>What an authorize request says (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1), in an address or pushed.</summary>
internal static class AuthorizationParameters
{
    /// <exception cref="ArgumentException">An option is not usable.</exception>
    internal static IReadOnlyList<KeyValuePair<string, string>> Of(
        AuthorizationTransaction transaction, AuthorizationRequestOptions options, ServerProfile profile)
    {
        if (!string.IsNullOrEmpty(options.Claims) && !JsonShape.IsObject(options.Claims))
        {
            throw new ArgumentException("Claims must be a JSON object, as TokenErrorResponse.Claims is.", nameof(options));
        }

        (string Name, string? Value)[] own =
        [
            (Parameters.ClientId, transaction.ClientId.Value),
            (Parameters.ResponseType, Parameters.Code),
            (Parameters.RedirectUri, transaction.RedirectUri.Value),
            (Parameters.ResponseMode, ModeOf(options)),
            (Parameters.Scope, string.Join(' ', transaction.Scopes)),
            (Parameters.State, transaction.State),
            (Parameters.Nonce, transaction.Nonce.Value),
            (Parameters.CodeChallenge, Pkce.ChallengeOf(transaction.CodeVerifier)),
            (Parameters.CodeChallengeMethod, Parameters.S256),
            (Parameters.Prompt, options.Prompt),
            (Parameters.LoginHint, options.LoginHint),
            (Parameters.DomainHint, options.DomainHint),
            (Parameters.Claims, options.Claims),
            (Parameters.MaxAge, transaction.MaxAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null),
            (Parameters.AcrValues, transaction.AcrValues.Count == 0 ? null : string.Join(' ', transaction.AcrValues)),
            (Parameters.ProofKeyThumbprint, profile.Proofs?.Thumbprint),
            .. profile.OwnFields.Select(static field => (field.Key, (string?)field.Value)),
        ];
        foreach (string name in options.ExtraParameters.Keys)
        {
            if (string.IsNullOrWhiteSpace(name) || name == Parameters.Resource || own.Any(parameter => parameter.Name == name))
            {
                throw new ArgumentException($"ExtraParameters must not hold '{name}': the request sets it itself, or it is no name.", nameof(options));
            }
        }

        return [.. own
            .Concat(profile.ResourcesOf(transaction.Scopes).Select(static resource => (Parameters.Resource, (string?)resource)))
            .Concat(options.ExtraParameters.Select(static extra => (extra.Key, (string?)extra.Value)))
            .Where(static parameter => !string.IsNullOrEmpty(parameter.Item2))
            .Select(static parameter => KeyValuePair.Create(parameter.Item1, parameter.Item2!))];
    }

    private static string ModeOf(AuthorizationRequestOptions options) => options.ResponseMode switch
    {
        AuthorizationResponseMode.Query => Parameters.Query,
        AuthorizationResponseMode.FormPost => Parameters.FormPost,
        _ => throw new ArgumentException("ResponseMode must be AuthorizationResponseMode.Query or AuthorizationResponseMode.FormPost.", nameof(options)),
    };
}
