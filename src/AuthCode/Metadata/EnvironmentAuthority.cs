namespace AuthCode;

/// <summary>The authority host that <c>AZURE_AUTHORITY_HOST</c> names, read once and parsed when it is needed.</summary>
internal static class EnvironmentAuthority
{
    internal const string Variable = "AZURE_AUTHORITY_HOST";

    internal static string? Read() => Environment.GetEnvironmentVariable(Variable);

    /// <summary>The named host (a host name alone means https), or the public cloud if none is named. A value that is no address gives a URI that no server is created with.</summary>
    internal static Uri Parse(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return AzureAuthorityHosts.AzurePublicCloud;
        }

        string text = value.Contains("://", StringComparison.Ordinal) ? value : $"https://{value}";
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : new Uri(Uri.EscapeDataString(value), UriKind.Relative);
    }
}
