namespace AuthCode;

/// <summary>Which tenant a request is for: the configured one, or an allowed other one, or a refusal.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>requested</term><description>resolved to</description></listheader>
/// <item><term>none, empty, or equal to the configured one</term><description>the configured one</description></item>
/// <item><term>any, when the server has no tenants (such as <c>adfs</c>) or multi-tenancy is switched off</term><description>the configured one</description></item>
/// <item><term>in the allowed list, or any when the list holds <c>*</c></term><description>the requested one</description></item>
/// <item><term>another, or one that is no tenant id</term><description>refused</description></item>
/// </list>
/// </remarks>
internal sealed class TenantPolicy(TenantId configured, IReadOnlySet<string> allowed, bool allowsAny, bool hasTenants = true)
{
    internal const string AnyTenant = "*";
    internal const string SwitchVariable = "AZURE_IDENTITY_DISABLE_MULTITENANTAUTH";

    internal readonly TenantId Configured = configured;

    /// <summary>The tenant to look for a request's token with. It needs no check: only a tenant that was allowed has one.</summary>
    internal TenantId ForLookUp(string? requested) => string.IsNullOrEmpty(requested) ? Configured : TenantId.Unchecked(requested);

    /// <summary>Resolves the tenant of a request for which there is no token yet.</summary>
    /// <exception cref="AuthenticationFailedException">The tenant is not allowed, or no tenant id.</exception>
    internal TenantId Resolve(string? requested)
    {
        if (string.IsNullOrEmpty(requested)
            || string.Equals(requested, Configured.Value, StringComparison.OrdinalIgnoreCase)
            || !hasTenants
            || Configured.IsAdfs
            || IsMultiTenancyOff())
        {
            return Configured;
        }

        if (!TenantId.TryParse(requested, out TenantId tenant))
        {
            throw Failures.TenantMalformed(new ArgumentException(
                $"The tenant id of the request is not {TenantId.Rule}.", nameof(requested))).ToException();
        }

        return allowsAny || allowed.Contains(tenant.Value) ? tenant : throw Failures.TenantNotAllowed(tenant.Value).ToException();
    }

    // Read for each token that has to be got, since services switch it while they run; "false" and "0" must not mean true.
    private static bool IsMultiTenancyOff()
    {
        string? value = Environment.GetEnvironmentVariable(SwitchVariable);
        return value is "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
    }
}
