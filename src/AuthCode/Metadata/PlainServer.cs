namespace AuthCode;

/// <summary>A server whose two endpoints were given, and which has nothing more.</summary>
internal sealed class PlainServer : AuthorizationServer
{
    private readonly ServerEndpoints _endpoints;
    private readonly string? _issuer;

    private PlainServer(Uri authorizationEndpoint, Uri tokenEndpoint, Uri? issuer, ServerSettings settings)
        : base(Authority.HostOf(tokenEndpoint), tokenEndpoint.AbsoluteUri, TenantId.Unchecked(Authority.HostOf(tokenEndpoint)), settings)
    {
        _endpoints = new ServerEndpoints(authorizationEndpoint, tokenEndpoint);
        _issuer = issuer?.OriginalString;
    }

    internal override string? AssertionIssuer => _issuer;

    /// <exception cref="ArgumentException">An argument or option is not usable.</exception>
    internal static PlainServer Create(Uri authorizationEndpoint, Uri tokenEndpoint, AuthorizationServerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(authorizationEndpoint);
        ArgumentNullException.ThrowIfNull(tokenEndpoint);
        Require(authorizationEndpoint, nameof(authorizationEndpoint));
        Require(tokenEndpoint, nameof(tokenEndpoint));
        if (options?.Issuer is { } issuer && !Authority.IsEndpoint(issuer))
        {
            throw new ArgumentException($"Issuer must be {Authority.EndpointRule}.", nameof(options));
        }

        if (options?.MetadataAddress is not null)
        {
            throw new ArgumentException("MetadataAddress is for an OpenID provider: create the server with AuthorizationServer.OpenIdProvider, or leave it unset.", nameof(options));
        }

        if (options?.UsePushedAuthorization == true)
        {
            throw new ArgumentException(
                "UsePushedAuthorization needs a server whose metadata names the endpoint: create the server with AuthorizationServer.OpenIdProvider, or leave it unset.",
                nameof(options));
        }

        RequireNone(options?.SignOutParameters.Count > 0, nameof(options.SignOutParameters));
        RequireNone(options?.EndSessionEndpoint is not null, nameof(options.EndSessionEndpoint));
        RequireNone(options is not null && options.NameClaimType != ServerSettings.DefaultNameClaim, nameof(options.NameClaimType));
        RequireNone(options is not null && options.RoleClaimType != ServerSettings.DefaultRoleClaim, nameof(options.RoleClaimType));
        RequireNone(options?.UnsafeWithoutNonce == true, nameof(options.UnsafeWithoutNonce));
        RequireNone(options?.UnsafeWithoutResponseIssuer == true, nameof(options.UnsafeWithoutResponseIssuer));
        return new PlainServer(authorizationEndpoint, tokenEndpoint, options?.Issuer, ServerSettings.From(options));
    }

    internal override bool KnowsIssuer => _issuer is not null;

    internal override ServerEndpoints Known(TenantId tenant) => _endpoints;

    internal override IReadOnlyList<Uri> MetadataAddresses(TenantId tenant) => [];

    internal override bool IsIssuer(string issuer, TenantId tenant) => string.Equals(issuer, _issuer, StringComparison.Ordinal);

    internal override bool IsMetadataIssuer(string issuer, TenantId tenant) => false;

    internal override bool MayName(Uri address) => false;

    private static void RequireNone(bool isSet, string options)
    {
        if (isSet)
        {
            throw new ArgumentException($"{options} is for an OpenID provider: create the server with AuthorizationServer.OpenIdProvider, or leave it unset.", nameof(options));
        }
    }

    private static void Require(Uri address, string parameterName)
    {
        if (!Authority.IsEndpoint(address))
        {
            throw new ArgumentException($"The endpoint must be {Authority.EndpointRule}.", parameterName);
        }
    }
}
