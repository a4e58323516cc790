namespace WebApp;

/// <summary>What the application asks for on behalf of its users.</summary>
internal static class Scopes
{
    /// <summary>What the user consents to at the sign-in.</summary>
    internal const string Storage = "https://storage.azure.com/user_impersonation";

    /// <summary>What a <c>BlobServiceClient</c> asks for: all that the user has consented to.</summary>
    internal const string Blobs = "https://storage.azure.com/.default";

    internal const string Calendar = "https://graph.microsoft.com/Calendars.Read";
    internal const string Vault = "https://vault.azure.net/user_impersonation";
}
