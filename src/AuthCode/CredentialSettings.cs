namespace AuthCode;

/// <summary>The constructor's arguments and options, checked once and copied: what the rooms below get.</summary>
internal sealed class CredentialSettings
{
    private CredentialSettings(Authority authority, TenantPolicy tenants, RetrySettings retry)
    {
        Authority = authority;
        Tenants = tenants;
        Retry = retry;
    }

    internal Authority Authority { get; }

    internal TenantPolicy Tenants { get; }

    internal RetrySettings Retry { get; }

    /// <exception cref="ArgumentException">An argument or option is not usable; the message says what is.</exception>
    internal static CredentialSettings From(string tenantId, string clientId, AuthorizationCodeCredentialOptions options)
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
        return new CredentialSettings(authority!, PolicyOf(tenant, options), options.Retry.ToSettings(nameof(options)));
    }

    /// <exception cref="ArgumentException">The code, redirect URI or verifier is not usable; the message does not repeat it.</exception>
    internal static AuthorizationCode CodeOf(
        string authorizationCode, Uri? redirectUri, string redirectUriParameter, AuthorizationCodeCredentialOptions options)
    {
        ArgumentNullException.ThrowIfNull(authorizationCode);
        if (string.IsNullOrWhiteSpace(authorizationCode) || !Characters.AreVisible(authorizationCode))
        {
            throw new ArgumentException(
                "The authorization code must be printable ASCII and not blank: pass the decoded 'code' parameter of the redirect.",
                nameof(authorizationCode));
        }

        if (redirectUri is not null && !IsRedirectUri(redirectUri))
        {
            throw new ArgumentException(
                "The redirect URI must be absolute, with a scheme, in ASCII, and without a fragment or spaces: pass the one of the authorize request as it was written.",
                redirectUriParameter);
        }

        const int ShortestVerifier = 43;
        const int LongestVerifier = 128;
        string? codeVerifier = options.CodeVerifier;
        if (codeVerifier is not null
            && (codeVerifier.Length is < ShortestVerifier or > LongestVerifier || !Characters.AreUnreserved(codeVerifier)))
        {
            throw new ArgumentException(
                $"CodeVerifier must be {ShortestVerifier} to {LongestVerifier} letters, digits, '-', '.', '_' or '~' (RFC 7636 section 4.1).",
                nameof(options));
        }

        return new AuthorizationCode(
            new SecretText(authorizationCode), redirectUri?.OriginalString, codeVerifier is null ? null : new SecretText(codeVerifier));
    }

    // A path alone parses as an absolute file URI on Unix.
    private static bool IsRedirectUri(Uri uri) =>
        uri.IsAbsoluteUri
        && !uri.IsFile
        && uri.OriginalString.StartsWith($"{uri.Scheme}:", StringComparison.OrdinalIgnoreCase)
        && !uri.OriginalString.Contains('#', StringComparison.Ordinal)
        && Characters.AreScopeToken(uri.OriginalString);

    private static TenantPolicy PolicyOf(TenantId configured, AuthorizationCodeCredentialOptions options)
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
}
