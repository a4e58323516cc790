using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AuthCode;

/// <summary>Reads the settings of a client that are neither its server nor its credential.</summary>
internal static class ConfiguredOptions
{
    // Of other flows: to ignore them would be to let somebody wait for what never comes.
    private static readonly (string Key, string Reason)[] NotForThisFlow =
    [
        ("AzureRegion", "regional endpoints serve confidential clients without a user only"),
        ("WithSpaAuthCode", "hybrid codes for a single-page application are not issued"),
        ("TokenDecryptionCertificates", "ID tokens are not encrypted"),
        ("TokenDecryptionCredentials", "ID tokens are not encrypted"),
        ("AllowWebApiToBeAuthorizedByACL", "it is for web APIs"),
    ];

    internal static void Read(IConfigurationSection section, AuthorizationCodeClientOptions options, List<string> problems)
    {
        foreach ((string key, string reason) in NotForThisFlow.Where(entry => section.GetSection(entry.Key).Exists()))
        {
            problems.Add($"{section.Path}:{key} has no effect here, since {reason}: remove it.");
        }

        AddAll(section, "AdditionallyAllowedTenants", options.AdditionallyAllowedTenants);
        AddAll(section, "AllowedSignInTenants", options.AllowedSignInTenants);
        IConfigurationSection sessions = section.GetSection("Sessions");
        Span("Lifetime", value => options.Sessions.Lifetime = value);
        Span("IdleTimeout", value => options.Sessions.IdleTimeout = value);
        Span("RevalidateAfter", value => options.Sessions.RevalidateAfter = value);
        Span("IdleInMemory", value => options.Sessions.IdleInMemory = value);
        Span("StoreTimeout", value => options.Sessions.StoreTimeout = value);
        if (sessions["MostInMemory"] is { } most)
        {
            if (int.TryParse(most, CultureInfo.InvariantCulture, out int number) && number > 0)
            {
                options.Sessions.MostInMemory = number;
            }
            else
            {
                problems.Add($"{sessions.Path}:MostInMemory is no number of sessions: set it to one above zero, as 100000.");
            }
        }

        if (sessions["KeepAccessTokens"] is { } keeps)
        {
            if (bool.TryParse(keeps, out bool isKept))
            {
                options.Sessions.KeepAccessTokens = isKept;
            }
            else
            {
                problems.Add($"{sessions.Path}:KeepAccessTokens is neither true nor false: set it to one of them, as true.");
            }
        }

        if (sessions["RefreshTokenUse"] is { } use)
        {
            if (Enum.TryParse(use, ignoreCase: true, out RefreshTokenUse known) && Enum.IsDefined(known))
            {
                options.Sessions.RefreshTokenUse = known;
            }
            else
            {
                problems.Add($"{sessions.Path}:RefreshTokenUse is not known: set it to Automatic, Reusable or SingleUse.");
            }
        }

        void Span(string key, Action<TimeSpan> set)
        {
            if (sessions[key] is not { } text)
            {
                return;
            }

            if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan value) && value >= TimeSpan.Zero)
            {
                set(value);
            }
            else
            {
                problems.Add($"{sessions.Path}:{key} is no period: write days.hours:minutes:seconds, as 14.00:00:00.");
            }
        }
    }

    // An array, or text with spaces between the entries.
    private static void AddAll(IConfigurationSection section, string key, IList<string> list)
    {
        IConfigurationSection entries = section.GetSection(key);
        IEnumerable<string?> values = entries.Value is { } text ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries) : entries.GetChildren().Select(static child => child.Value);
        foreach (string value in values.OfType<string>())
        {
            list.Add(value);
        }
    }
}
