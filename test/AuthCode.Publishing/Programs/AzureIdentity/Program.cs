// A program that cannot do without MSAL.
Console.WriteLine(new Azure.Identity.ClientSecretCredential("t", "c", "s") is not null && Azure.Identity.AzureAuthorityHosts.AzurePublicCloud is not null);

// What only names a type, or uses one that calls no MSAL, is not warned of.
Console.WriteLine(nameof(Azure.Identity.DefaultAzureCredential));
Console.WriteLine(new Azure.Identity.ChainedTokenCredential(Own.Credential) is not null);

/// <summary>Takes the place of <see cref="Azure.Identity.InteractiveBrowserCredential"/>.</summary>
internal static class Own
{
    internal static Azure.Core.TokenCredential Credential => Azure.Core.DelegatedTokenCredential.Create(static (_, _) => default);
}
