namespace AuthCode;

/// <summary>Reads the authorization server of a section: Entra ID by <c>Instance</c> and <c>TenantId</c> or by <c>Authority</c>, Azure AD B2C by a policy, or another provider by <c>Issuer</c>.</summary>
internal static class ConfiguredServer
{
    private const string DefaultInstance = "https://login.microsoftonline.com/";
    private const string ProviderExample = "https://op.example";
    private const string WellKnown = "/.well-known/openid-configuration";

    private static readonly string[] KeysOfEntra =
    [
        "Instance", "TenantId", "Authority", "SignUpSignInPolicyId", "ResetPasswordPolicyId", "EditProfilePolicyId", "AllowedSignInTenants", "AdditionallyAllowedTenants",
    ];

    internal static AuthorizationServer? Read(SectionReader section)
    {
        try
        {
            return SignInKeys.IsProvider(section) ? ReadProvider(section) : ReadEntra(section);
        }
        catch (ArgumentException e)
        {
            section.Refuse($"names no usable authorization server: {e.Message.Split('\n')[0].Split(" (Parameter")[0]} For Entra ID, set Instance and TenantId, as {DefaultInstance} and the directory (tenant) ID.");
            return null;
        }
    }

    private static AuthorizationServer? ReadProvider(SectionReader section)
    {
        foreach (string other in KeysOfEntra.Where(section.Has))
        {
            section.Refuse(other, $"is for Entra ID, and {section.Section.Path}:Issuer for another provider: remove one of them, as Issuer alone with {ProviderExample}.");
        }

        Uri? metadata = section.Address("MetadataAddress", ProviderExample + WellKnown);
        Uri? issuer = section.Address("Issuer", ProviderExample);
        if (!section.Has("Issuer") && metadata is not null)
        {
            if (!metadata.OriginalString.EndsWith(WellKnown, StringComparison.Ordinal))
            {
                section.Refuse("Issuer", $"is missing beside MetadataAddress: set it to the issuer of the provider's ID tokens, as {ProviderExample}.");
                return null;
            }

            // OpenID Connect Discovery, section 4: the document of an issuer is there.
            (issuer, metadata) = (new Uri(metadata.OriginalString[..^WellKnown.Length]), null);
        }

        bool? requestsOfflineAccess = section.Flag("RequestOfflineAccess");
        bool? pushes = section.Flag("UsePushedAuthorization");
        return issuer is null ? null : AuthorizationServer.OpenIdProvider(issuer, new AuthorizationServerOptions
        {
            RequestOfflineAccess = requestsOfflineAccess ?? true,
            UsePushedAuthorization = pushes ?? false,
            MetadataAddress = metadata,
        });
    }

    private static AuthorizationServer? ReadEntra(SectionReader section)
    {
        if (section.Flag("UsePushedAuthorization") == true)
        {
            section.Refuse("UsePushedAuthorization", $"is not offered by Entra ID: remove it, or set {section.Section.Path}:Issuer for another provider, as {ProviderExample}.");
        }

        if (section.Flag("RequestOfflineAccess") == false)
        {
            section.Refuse("RequestOfflineAccess", "has no effect at Entra ID, where refresh tokens are always requested: remove it, or set it to true.");
        }

        string? policy = section.Text("SignUpSignInPolicyId");
        foreach (string other in (string[])["ResetPasswordPolicyId", "EditProfilePolicyId"])
        {
            if (section.Has(other) && policy is null && !section.Has("Authority"))
            {
                section.Refuse(other, $"needs {section.Section.Path}:SignUpSignInPolicyId, which makes the section one of Azure AD B2C: set it to the policy of the sign-in, as B2C_1_signupsignin.");
            }
        }

        if (section.Has("Authority"))
        {
            return ReadAuthority(section, policy);
        }

        Uri? instance = section.Has("Instance") ? section.Address("Instance", DefaultInstance) : new Uri(DefaultInstance);
        return TenantOf(section, policy) is { } tenant && instance is not null ? ServerOf(instance, tenant, policy) : null;
    }

    private static string? TenantOf(SectionReader section, string? policy)
    {
        // At Azure AD B2C either names the tenant, and addresses are written with the domain.
        if (policy is null || (section.Text("Domain") is null && section.Text("TenantId") is not null))
        {
            section.TryRequire(
                "TenantId",
                $"is missing: set it to the directory (tenant) ID, or to common or organizations, as 00000000-0000-0000-0000-000000000000; or set {section.Section.Path}:Issuer for another provider, as {ProviderExample}.",
                out string? tenantId);
            return tenantId;
        }

        section.TryRequire("Domain", "is missing, and so is TenantId: set one of them to the tenant of Azure AD B2C, as contoso.onmicrosoft.com.", out string? domain);
        return domain;
    }

    private static AuthorizationServer? ReadAuthority(SectionReader section, string? policy)
    {
        const string Example = "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0";
        if (section.Has("Instance") || section.Has("TenantId"))
        {
            section.Refuse("Authority", $"stands beside Instance or TenantId: set Authority alone, or the other two, as Instance {DefaultInstance} and TenantId 00000000-0000-0000-0000-000000000000.");
            return null;
        }

        if (section.Address("Authority", Example) is not { } authority)
        {
            return null;
        }

        var host = new Uri(authority.GetLeftPart(UriPartial.Authority));
        string[] path = [.. authority.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Where(static (segment, index) => !string.Equals(segment, "v2.0", StringComparison.OrdinalIgnoreCase) && !(index == 0 && segment == "tfp"))];
        switch (path)
        {
            // External ID: the tenant is the first part of the host's name.
            case [] when host.Host.EndsWith(".ciamlogin.com", StringComparison.OrdinalIgnoreCase):
                return AuthorizationServer.EntraId($"{host.Host.Split('.')[0]}.onmicrosoft.com", host);
            case []:
                section.Refuse("Authority", $"has no tenant: write it with one, as {Example}.");
                return null;
            case [var tenant]:
                return ServerOf(host, tenant, policy);
            case [var tenant, var own] when policy is null || string.Equals(policy, own, StringComparison.OrdinalIgnoreCase):
                return AuthorizationServer.AzureB2C(host, tenant, own);
            case [_, _]:
                section.Refuse("SignUpSignInPolicyId", "is another policy than that of Authority: remove one of them, as Authority https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0 without a policy.");
                return null;
            default:
                section.Refuse("Authority", $"is longer than an authority: write the host and the tenant, as {Example}.");
                return null;
        }
    }

    private static AuthorizationServer ServerOf(Uri host, string tenant, string? policy) =>
        policy is null ? AuthorizationServer.EntraId(tenant, host) : AuthorizationServer.AzureB2C(host, tenant, policy);
}
