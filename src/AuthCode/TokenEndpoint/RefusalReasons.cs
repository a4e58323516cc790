namespace AuthCode;

/// <summary>Tells what an error is about: by the words of RFC 6749 section 5.2 and Entra ID, and by those of servers that have words of their own.</summary>
/// <remarks>
/// By the error, and not by its description or numbers, which Entra ID may change; the exceptions are the words by which other servers
/// say that a code or refresh token is dead, and the numbers for mistakes of the configuration, where a wrong guess costs nothing.
/// docs/providers.md has the sources.
/// </remarks>
internal static class RefusalReasons
{
    // AADSTS numbers of errors about the scopes that come under other names.
    private static readonly int[] ScopeNumbers = [28000, 28003, 70011, 650053];

    // A redirect URI or code verifier that is not the authorize request's, or another tenant: a new sign-in would meet the same.
    private static readonly int[] SetupNumbers = [50011, 50148, 500112, 501481, 700005];

    // X, Twitch and Zoom say it in the description of another error.
    private static readonly string[] DeadGrants =
    [
        "Value passed for the authorization code was invalid.",
        "Value passed for the token was invalid.",
        "Invalid authorization code",
        "Invalid refresh token",
        "Invalid Token!",
    ];

    internal static RefusalReason Of(TokenErrorResponse error) => error.Error switch
    {
        Parameters.InvalidGrant when NeedsInteraction(error) => RefusalReason.Interaction,
        Parameters.InvalidGrant => RefusalReason.Grant,
        Parameters.InteractionRequired or Parameters.ConsentRequired or Parameters.LoginRequired => RefusalReason.Interaction,
        Parameters.InvalidClient or Parameters.UnauthorizedClient => RefusalReason.Client,
        Parameters.InvalidScope or Parameters.InvalidResource or Parameters.InvalidTarget => RefusalReason.Scopes,

        // GitHub, HubSpot, Slack.
        "bad_verification_code" or "bad_refresh_token" or "BAD_AUTH_CODE" or "BAD_REFRESH_TOKEN"
            or "invalid_code" or "code_already_used" or "code_expired" or "invalid_refresh_token" => RefusalReason.Grant,
        "incorrect_client_credentials" or "bad_client_secret" or "invalid_client_id" or "BAD_CLIENT_ID" or "BAD_CLIENT_SECRET" => RefusalReason.Client,
        _ when error.ErrorDescription is { } words && DeadGrants.Contains(words, StringComparer.OrdinalIgnoreCase) => RefusalReason.Grant,
        _ when error.ErrorCodes.Any(static number => ScopeNumbers.Contains(number)) => RefusalReason.Scopes,
        _ => RefusalReason.Other,
    };

    /// <summary>Whether the refusal of a code is due to the configuration of the client, so that no sign-in helps.</summary>
    internal static bool IsOfSetup(TokenErrorResponse error) => error.ErrorCodes.Any(static number => SetupNumbers.Contains(number));

    /// <summary>
    /// Whether Entra's <c>invalid_grant</c> on a refresh says that the user must act for these scopes (consent, another factor),
    /// and not that the refresh token is no longer good.
    /// </summary>
    private static bool NeedsInteraction(TokenErrorResponse error) =>
        error.SubError is "consent_required" or "basic_action" or "additional_action" or "message_only";
}
