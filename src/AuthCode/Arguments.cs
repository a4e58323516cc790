namespace AuthCode;

/// <summary>The constructors' arguments and options, checked before anything is kept or sent.</summary>
internal static class Arguments
{
    /// <exception cref="ArgumentException">An argument or option is not usable; the message says what is.</exception>
    internal static (TenantId Tenant, Authority Authority) Check(string tenantId, string clientId, AuthorizationCodeClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(tenantId);
        ArgumentNullException.ThrowIfNull(clientId);
        if (!TenantId.TryParse(tenantId, out TenantId tenant))
        {
            throw new ArgumentException($"The tenant id must be {TenantId.Rule}.", nameof(tenantId));
        }

        if (string.IsNullOrWhiteSpace(clientId) || !Characters.AreVisible(clientId))
        {
            throw new ArgumentException(
                "The client id must be printable ASCII and not blank: pass the application (client) id of the app registration.", nameof(clientId));
        }

        if (!Authority.TryCreate(options.AuthorityHost, out Authority? authority))
        {
            throw new ArgumentException($"AuthorityHost must be {Authority.Rule}.", nameof(options));
        }

        options.ClientAuthentication.Check(options.TimeProvider.GetUtcNow(), nameof(options));
        return (tenant, authority!);
    }

    /// <exception cref="ArgumentException">The code, redirect URI or verifier is not usable; the message does not repeat it.</exception>
    internal static AuthorizationCode CodeOf(
        string authorizationCode, Uri? redirectUri, string redirectUriParameter, string? codeVerifier, string codeVerifierParameter)
    {
        ArgumentNullException.ThrowIfNull(authorizationCode);
        if (string.IsNullOrWhiteSpace(authorizationCode) || !Characters.AreVisible(authorizationCode))
        {
            throw new ArgumentException(
                "The authorization code must be printable ASCII and not blank: pass the decoded 'code' parameter of the redirect.",
                nameof(authorizationCode));
        }

        if (redirectUri is not null)
        {
            RequireRedirectUri(redirectUri, redirectUriParameter);
        }

        const int ShortestVerifier = 43;
        const int LongestVerifier = 128;
        if (codeVerifier is not null
            && (codeVerifier.Length is < ShortestVerifier or > LongestVerifier || !Characters.AreUnreserved(codeVerifier)))
        {
            throw new ArgumentException(
                $"The code verifier (CodeVerifier) must be {ShortestVerifier} to {LongestVerifier} letters, digits, '-', '.', '_' or '~' (RFC 7636 section 4.1).",
                codeVerifierParameter);
        }

        return new AuthorizationCode(
            new SecretText(authorizationCode), redirectUri?.OriginalString, codeVerifier is null ? null : new SecretText(codeVerifier));
    }

    /// <exception cref="ArgumentException">An allowed tenant is no tenant id.</exception>
    internal static TenantPolicy PolicyOf(TenantId configured, AuthorizationCodeClientOptions options)
    {
        var allowed = new HashSet<TenantId>();
        bool allowsAny = false;
        foreach (string entry in options.AdditionallyAllowedTenants)
        {
            if (entry == TenantPolicy.AnyTenant)
            {
                allowsAny = true;
            }
            else if (TenantId.TryParse(entry, out TenantId tenant))
            {
                allowed.Add(tenant);
            }
            else
            {
                throw new ArgumentException(
                    $"Each entry of AdditionallyAllowedTenants must be {TenantId.Rule}, or \"{TenantPolicy.AnyTenant}\".", nameof(options));
            }
        }

        return new TenantPolicy(configured, allowed, allowsAny);
    }

    /// <exception cref="ArgumentException">There is no scope, or one that is no scope.</exception>
    internal static IReadOnlyList<string> ScopesOf(IEnumerable<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        string[] all = [.. scopes.Distinct(StringComparer.Ordinal)];
        return all.Length > 0 && Array.TrueForAll(all, static scope => scope is not null && Characters.AreScopeToken(scope))
            ? all
            : throw new ArgumentException(
                "Pass at least one scope; each must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3).", nameof(scopes));
    }

    /// <exception cref="ArgumentException">The redirect URI is not usable.</exception>
    internal static string RedirectUriOf(Uri redirectUri)
    {
        ArgumentNullException.ThrowIfNull(redirectUri);
        RequireRedirectUri(redirectUri, nameof(redirectUri));
        return redirectUri.OriginalString;
    }

    private static void RequireRedirectUri(Uri redirectUri, string parameterName)
    {
        if (!IsRedirectUri(redirectUri))
        {
            throw new ArgumentException(
                "The redirect URI must be absolute, with a scheme, in ASCII, and without a fragment or spaces: pass the one of the authorize request as it was written.",
                parameterName);
        }
    }

    // A path alone parses as an absolute file URI on Unix.
    private static bool IsRedirectUri(Uri uri) =>
        uri.IsAbsoluteUri
        && !uri.IsFile
        && uri.OriginalString.StartsWith($"{uri.Scheme}:", StringComparison.OrdinalIgnoreCase)
        && !uri.OriginalString.Contains('#', StringComparison.Ordinal)
        && Characters.AreScopeToken(uri.OriginalString);
}
