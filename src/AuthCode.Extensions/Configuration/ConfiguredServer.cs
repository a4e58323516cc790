using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads the authorization server of a section: Entra ID by <c>Instance</c> and <c>TenantId</c> or by <c>Authority</c>, Azure AD B2C by a policy, or another provider by <c>Issuer</c>.</summary>
internal static class ConfiguredServer
{
    private static readonly string[] KeysOfEntra = ["Instance", "TenantId", "Authority"];

    private const string DefaultInstance = "https://login.microsoftonline.com/";

    internal static AuthorizationServer? Read(IConfigurationSection section, List<string> problems)
    {
        string? issuer = section["Issuer"];
        string? authority = section["Authority"];
        string? tenantId = section["TenantId"];
        string? policy = section["SignUpSignInPolicyId"];
        try
        {
            if (!string.IsNullOrEmpty(issuer) || !string.IsNullOrEmpty(section["MetadataAddress"]))
            {
                return ReadProvider(section, issuer, problems);
            }

            if (!string.IsNullOrEmpty(authority))
            {
                return ReadAuthority(section, authority, problems);
            }

            if (string.IsNullOrEmpty(tenantId))
            {
                problems.Add($"{section.Path}:TenantId is missing: set it to the directory (tenant) ID, or to common or organizations, as 00000000-0000-0000-0000-000000000000; or set {section.Path}:Issuer for another provider, as https://op.example.");
                return null;
            }

            var instance = new Uri(section["Instance"] is { Length: > 0 } text ? text : DefaultInstance);
            return string.IsNullOrEmpty(policy) ? AuthorizationServer.EntraId(tenantId, instance) : AuthorizationServer.AzureB2C(instance, section["Domain"] is { Length: > 0 } domain ? domain : tenantId, policy);
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException)
        {
            problems.Add($"{section.Path} names no usable authorization server: {FirstLine(e)} For Entra ID, set Instance to https://login.microsoftonline.com/ and TenantId to the directory (tenant) ID.");
            return null;
        }
    }

    private static AuthorizationServer? ReadProvider(IConfigurationSection section, string? issuer, List<string> problems)
    {
        foreach (string other in KeysOfEntra.Where(key => !string.IsNullOrEmpty(section[key])))
        {
            problems.Add($"{section.Path}:{other} is for Entra ID, and {section.Path}:Issuer for another provider: set one of them.");
        }

        if (string.IsNullOrEmpty(issuer))
        {
            problems.Add($"{section.Path}:Issuer is missing beside MetadataAddress: set it to the issuer of the provider's ID tokens, as https://op.example.");
            return null;
        }

        var options = new AuthorizationServerOptions { RequestOfflineAccess = section["RequestOfflineAccess"] is not { } text || !bool.TryParse(text, out bool isRequested) || isRequested };
        options.UsePushedAuthorization = bool.TryParse(section["UsePushedAuthorization"], out bool isPushed) && isPushed;
        if (section["MetadataAddress"] is { Length: > 0 } metadata)
        {
            options.MetadataAddress = new Uri(metadata);
        }

        return AuthorizationServer.OpenIdProvider(new Uri(issuer), options);
    }

    private static AuthorizationServer? ReadAuthority(IConfigurationSection section, string authority, List<string> problems)
    {
        if (!string.IsNullOrEmpty(section["Instance"]) || !string.IsNullOrEmpty(section["TenantId"]))
        {
            problems.Add($"{section.Path}:Authority stands beside Instance or TenantId: set Authority alone, or the other two, as Instance https://login.microsoftonline.com/ and TenantId 00000000-0000-0000-0000-000000000000.");
            return null;
        }

        var uri = new Uri(authority);
        string[] segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0)
        {
            problems.Add($"{section.Path}:Authority has no tenant: write it with one, as https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0.");
            return null;
        }

        return AuthorizationServer.EntraId(segments[0], new Uri(uri.GetLeftPart(UriPartial.Authority)));
    }

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Split(" (Parameter")[0];
}
