namespace AuthCode;

/// <summary>The authority hosts of Microsoft Entra ID's clouds.</summary>
/// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud">Entra's national clouds</see>.</remarks>
public static class AzureAuthorityHosts
{
    /// <summary>The public cloud.</summary>
    /// <value><c>https://login.microsoftonline.com/</c></value>
    public static Uri AzurePublicCloud { get; } = new("https://login.microsoftonline.com/");

    /// <summary>The United States government's cloud.</summary>
    /// <value><c>https://login.microsoftonline.us/</c></value>
    public static Uri AzureGovernment { get; } = new("https://login.microsoftonline.us/");

    /// <summary>The cloud in China, operated by 21Vianet.</summary>
    /// <value><c>https://login.chinacloudapi.cn/</c></value>
    public static Uri AzureChina { get; } = new("https://login.chinacloudapi.cn/");
}
