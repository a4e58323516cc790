namespace AuthCode.Tests;

/// <summary>Fixed values that say nothing but what they are.</summary>
internal static class The
{
    internal const string Tenant = "8f4c1d2e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
    internal const string OtherTenant = "fabrikam.example";
    internal const string Client = "11112222-bbbb-3333-cccc-4444dddd5555";
    internal const string Secret = "s3cr3t~value.of-the_client";
    internal const string Code = "0.AXoA-the-authorization-code_1";
    internal const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    internal const string Vault = "https://vault.azure.net/.default";
    internal const string Storage = "https://storage.azure.com/.default";
    internal const string Graph = "https://graph.microsoft.com/.default";
    internal const string AuthorityHost = "login.entra.example";

    internal static readonly Uri Authority = new($"https://{AuthorityHost}/");
    internal static readonly Uri Redirect = new("https://app.example/signin-oidc");

    /// <summary>A clock that is not at UTC, since nothing may depend on that.</summary>
    internal static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 30, 0, TimeSpan.FromHours(5.5));

    internal static readonly TimeSpan Hour = TimeSpan.FromHours(1);
}
