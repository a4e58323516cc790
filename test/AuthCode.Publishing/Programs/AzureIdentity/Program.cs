// A program that cannot do without MSAL.
Console.WriteLine(new Azure.Identity.ClientSecretCredential("t", "c", "s") is not null && Azure.Identity.AzureAuthorityHosts.AzurePublicCloud is not null);
