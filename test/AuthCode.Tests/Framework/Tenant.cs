namespace AuthCode.Tests;

/// <summary>Tenants from literals.</summary>
internal static class Tenant
{
    internal static TenantId Of(string text) =>
        TenantId.TryParse(text, out TenantId tenant) ? tenant : throw new ArgumentException($"{text} is no tenant id.", nameof(text));
}
