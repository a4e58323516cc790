namespace AuthCode.Testing.Endpoints;

/// <summary>The paths of Entra ID's v2 endpoints below a tenant, and those of AD FS, which have no version.</summary>
internal static class EndpointPaths
{
    private const string Adfs = "adfs";

    private static readonly Dictionary<string, EndpointKind> OfEntra = new(StringComparer.OrdinalIgnoreCase)
    {
        ["oauth2/v2.0/token"] = EndpointKind.Token,
        ["oauth2/v2.0/authorize"] = EndpointKind.Authorize,
        ["oauth2/v2.0/logout"] = EndpointKind.Logout,
        ["v2.0/.well-known/openid-configuration"] = EndpointKind.Configuration,
        ["discovery/v2.0/keys"] = EndpointKind.Keys,
        // Version 1: a resource instead of scopes. The address in an API's claims challenge is the former.
        ["oauth2/authorize"] = EndpointKind.Authorize,
        ["oauth2/token"] = EndpointKind.Token,
    };

    private static readonly Dictionary<string, EndpointKind> OfAdfs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["oauth2/token"] = EndpointKind.Token,
        ["oauth2/authorize"] = EndpointKind.Authorize,
        ["oauth2/logout"] = EndpointKind.Logout,
        [".well-known/openid-configuration"] = EndpointKind.Configuration,
        ["discovery/keys"] = EndpointKind.Keys,
    };

    internal static string Token(string tenant) => Of(tenant, EndpointKind.Token);

    internal static string Authorize(string tenant) => Of(tenant, EndpointKind.Authorize);

    internal static string Logout(string tenant) => Of(tenant, EndpointKind.Logout);

    internal static string Keys(string tenant) => Of(tenant, EndpointKind.Keys);

    internal static EndpointKind KindOf(string path)
    {
        string[] parts = path.Split('/', 3);
        return parts is ["", { Length: > 0 } tenant, { } rest] ? Below(tenant).GetValueOrDefault(rest) : EndpointKind.None;
    }

    private static string Of(string tenant, EndpointKind kind) => $"{tenant}/{Below(tenant).First(path => path.Value == kind).Key}";

    private static Dictionary<string, EndpointKind> Below(string tenant) =>
        string.Equals(tenant, Adfs, StringComparison.OrdinalIgnoreCase) ? OfAdfs : OfEntra;
}
