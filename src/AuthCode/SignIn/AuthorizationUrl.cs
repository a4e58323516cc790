namespace AuthCode;

/// <summary>The authorize request of a sign-in as an address (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1).</summary>
internal static class AuthorizationUrl
{
    internal static Uri Build(Uri endpoint, AuthorizationTransaction transaction, AuthorizationRequestOptions options)
    {
        string mode = options.ResponseMode switch
        {
            AuthorizationResponseMode.Query => Parameters.Query,
            AuthorizationResponseMode.FormPost => Parameters.FormPost,
            _ => throw new ArgumentException("ResponseMode must be AuthorizationResponseMode.Query or AuthorizationResponseMode.FormPost.", nameof(options)),
        };
        if (!string.IsNullOrEmpty(options.Claims) && !JsonShape.IsObject(options.Claims))
        {
            throw new ArgumentException("Claims must be a JSON object, as TokenErrorResponse.Claims is.", nameof(options));
        }

        (string Name, string? Value)[] own =
        [
            (Parameters.ClientId, transaction.ClientId),
            (Parameters.ResponseType, Parameters.Code),
            (Parameters.RedirectUri, transaction.RedirectUri),
            (Parameters.ResponseMode, mode),
            (Parameters.Scope, string.Join(' ', transaction.Scopes)),
            (Parameters.State, transaction.State),
            (Parameters.Nonce, transaction.Nonce),
            (Parameters.CodeChallenge, Pkce.ChallengeOf(transaction.CodeVerifier)),
            (Parameters.CodeChallengeMethod, Parameters.S256),
            (Parameters.Prompt, options.Prompt),
            (Parameters.LoginHint, options.LoginHint),
            (Parameters.DomainHint, options.DomainHint),
            (Parameters.Claims, options.Claims),
            (Parameters.ClientInfo, "1"),
        ];
        foreach (string name in options.ExtraParameters.Keys)
        {
            if (string.IsNullOrWhiteSpace(name) || own.Any(parameter => parameter.Name == name))
            {
                throw new ArgumentException($"ExtraParameters must not hold '{name}': the request sets it itself, or it is no name.", nameof(options));
            }
        }

        IEnumerable<string> all = own
            .Concat(options.ExtraParameters.Select(static extra => (Name: extra.Key, Value: (string?)extra.Value)))
            .Where(static parameter => !string.IsNullOrEmpty(parameter.Value))
            .Select(static parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value!)}");
        return new Uri($"{endpoint.AbsoluteUri}?{string.Join('&', all)}");
    }
}
