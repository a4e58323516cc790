namespace AuthCode;

/// <summary>A server whose two endpoints were given, and which has nothing more.</summary>
internal sealed class PlainServer : AuthorizationServer
{
    private readonly ServerEndpoints _endpoints;
    private readonly string? _issuer;

    private PlainServer(Uri authorizationEndpoint, Uri tokenEndpoint, Uri? issuer)
    {
        _endpoints = new ServerEndpoints(authorizationEndpoint, tokenEndpoint);
        _issuer = issuer?.OriginalString;
        Id = tokenEndpoint.AbsoluteUri;
        Host = Authority.HostOf(tokenEndpoint);
    }

    internal override string Host { get; }

    internal override string Id { get; }

    internal override string? AssertionIssuer => _issuer;

    internal static PlainServer Create(Uri authorizationEndpoint, Uri tokenEndpoint, Uri? issuer)
    {
        ArgumentNullException.ThrowIfNull(authorizationEndpoint);
        ArgumentNullException.ThrowIfNull(tokenEndpoint);
        Require(authorizationEndpoint, nameof(authorizationEndpoint));
        Require(tokenEndpoint, nameof(tokenEndpoint));
        if (issuer is not null)
        {
            Require(issuer, nameof(issuer));
        }

        return new PlainServer(authorizationEndpoint, tokenEndpoint, issuer);
    }

    internal override ServerEndpoints Known(TenantId tenant) => _endpoints;

    internal override Uri? MetadataAddress(TenantId tenant) => null;

    internal override bool IsIssuer(string issuer, TenantId tenant) => string.Equals(issuer, _issuer, StringComparison.Ordinal);

    internal override bool IsMetadataIssuer(string issuer, TenantId tenant) => false;

    internal override bool MayName(Uri address) => false;

    private static void Require(Uri address, string parameterName)
    {
        if (!Authority.IsEndpoint(address))
        {
            throw new ArgumentException($"The endpoint or issuer must be {Authority.EndpointRule}.", parameterName);
        }
    }
}
