using System.Globalization;

namespace AuthCode;

/// <summary>Reads the settings of a client that are neither its server, nor its credential, nor of a sign-in.</summary>
internal static class ConfiguredOptions
{
    private const string ExampleOfTenant = "00000000-0000-0000-0000-000000000000";

    // Of other flows: to ignore them would be to let somebody wait for what never comes.
    private static readonly (string Key, string Reason)[] NotForThisFlow =
    [
        ("AzureRegion", "regional endpoints serve confidential clients without a user only"),
        ("WithSpaAuthCode", "hybrid codes for a single-page application are not issued"),
        ("TokenDecryptionCertificates", "ID tokens are not encrypted"),
        ("TokenDecryptionCredentials", "ID tokens are not encrypted"),
        ("AllowWebApiToBeAuthorizedByACL", "it is for web APIs"),
    ];

    internal static void Read(SectionReader section, AuthorizationCodeClientOptions options)
    {
        foreach ((string key, string reason) in NotForThisFlow.Where(entry => section.Has(entry.Key)))
        {
            // What is switched off asks for nothing.
            if (!string.Equals(section.Text(key), bool.FalseString, StringComparison.OrdinalIgnoreCase))
            {
                section.Refuse(key, $"has no effect here, since {reason}: remove it.");
            }
        }

        foreach (string tenant in section.Entries("AdditionallyAllowedTenants", ExampleOfTenant))
        {
            options.AdditionallyAllowedTenants.Add(tenant);
        }

        foreach (string tenant in section.Entries("AllowedSignInTenants", ExampleOfTenant))
        {
            if (Guid.TryParseExact(tenant, "D", out _))
            {
                options.AllowedSignInTenants.Add(tenant);
            }
            else
            {
                section.Refuse("AllowedSignInTenants", $"has an entry that is no tenant ID, and ID tokens name tenants by their IDs: write GUIDs, as {ExampleOfTenant}.");
            }
        }

        ReadSessions(section.At("Sessions"), options.Sessions);
    }

    private static void ReadSessions(SectionReader section, UserSessionOptions sessions)
    {
        sessions.Lifetime = section.Period("Lifetime", "90.00:00:00") ?? sessions.Lifetime;
        sessions.IdleTimeout = section.Period("IdleTimeout", "14.00:00:00") ?? sessions.IdleTimeout;
        if (section.Period("RevalidateAfter", "00:01:00", mayBeZero: true) is { } revalidateAfter)
        {
            // Its default depends on the store, which is not known yet.
            sessions.RevalidateAfter = revalidateAfter;
        }

        sessions.IdleInMemory = section.Period("IdleInMemory", "00:20:00") ?? sessions.IdleInMemory;
        sessions.StoreTimeout = section.Period("StoreTimeout", "00:00:02") ?? sessions.StoreTimeout;
        sessions.KeepAccessTokens = section.Flag("KeepAccessTokens") ?? sessions.KeepAccessTokens;
        if (section.Text("MostInMemory") is { } most)
        {
            if (int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0)
            {
                sessions.MostInMemory = number;
            }
            else
            {
                section.Refuse("MostInMemory", "is no number of sessions: set it to one above zero, as 100000.");
            }
        }

        if (section.Text("RefreshTokenUse") is { } use)
        {
            if (Enum.TryParse(use, ignoreCase: true, out RefreshTokenUse known) && Enum.IsDefined(known))
            {
                sessions.RefreshTokenUse = known;
            }
            else
            {
                section.Refuse("RefreshTokenUse", "is not known: set it to Automatic, Reusable or SingleUse, as Automatic.");
            }
        }
    }
}
