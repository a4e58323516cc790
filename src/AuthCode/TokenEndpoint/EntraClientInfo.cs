using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>Entra's <c>client_info</c>: base64url JSON that says which user (<c>uid</c>) of which home tenant (<c>utid</c>) signed in.</summary>
internal static class EntraClientInfo
{
    private const int LongestInfo = 2048;
    private const string UserMember = "uid";
    private const string HomeTenantMember = "utid";

    /// <summary>The value of <c>x-anchormailbox</c>, which routes a refresh to where the user's data is; <see langword="null"/> when there is none to be had.</summary>
    /// <remarks>A hint only, so whatever is wrong with it makes it absent and never an error.</remarks>
    internal static string? RoutingHintOf(string? clientInfo)
    {
        if (clientInfo is null or { Length: 0 or > LongestInfo })
        {
            return null;
        }

        try
        {
            using JsonDocument info = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(clientInfo));
            return TextOf(info, UserMember) is { } user && TextOf(info, HomeTenantMember) is { } homeTenant
                ? $"oid:{user}@{homeTenant}"
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // The value goes into a header, and the ids are GUIDs in practice.
    private static string? TextOf(JsonDocument info, string member) =>
        info.RootElement.ValueKind == JsonValueKind.Object
        && info.RootElement.TryGetProperty(member, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
        && Characters.AreUnreserved(text)
            ? text
            : null;
}
