namespace Library;

public static class Secrets
{
    // In a body only: the signature does not say it.
    public static bool IsReachable() => new Azure.Identity.DefaultAzureCredential() is not null;
}
