using System.Globalization;

namespace AuthCode;

/// <summary>Where docs/troubleshooting.md explains an error. A test holds the numbers together with the page.</summary>
internal static class HelpLinks
{
    internal const string Page = "docs/troubleshooting.md";

    /// <summary>The numbers of Entra ID that the page explains.</summary>
    internal static readonly IReadOnlyList<int> EntraNumbers =
    [
        28000, 50011, 50058, 50076, 50079, 50105, 50126, 50148, 50173, 50196, 53003, 54005, 65001, 70000, 70002, 70008, 70011, 70043, 90002, 90014, 90033,
        500112, 501481, 700005, 700016, 700025, 700027, 700082, 700084, 7000215, 7000218, 7000222, 9002313,
    ];

    /// <summary>The OAuth errors that the page explains.</summary>
    internal static readonly IReadOnlyList<string> OAuthErrors =
    [
        "invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "invalid_resource", "invalid_target",
        "interaction_required", "consent_required", "login_required", "temporarily_unavailable",
    ];

    internal static string Of(TokenErrorResponse? response)
    {
        foreach (int number in response?.ErrorCodes ?? [])
        {
            if (EntraNumbers.Contains(number))
            {
                return $"{Page}#aadsts{number.ToString(CultureInfo.InvariantCulture)}";
            }
        }

        return response?.Error is { } error && OAuthErrors.Contains(error) ? $"{Page}#{error}" : Page;
    }
}
