using System.Text.Json;

namespace AuthCode;

/// <summary>Entra's <c>client_info</c>: base64url JSON that says which user (<c>uid</c>) of which home tenant (<c>utid</c>) signed in.</summary>
internal static class EntraClientInfo
{
    private const int LongestInfo = 2048;
    private const string UserMember = "uid";
    private const string HomeTenantMember = "utid";

    /// <summary>The value of <c>x-anchormailbox</c>, which routes a refresh to where the user's data is; <see langword="null"/> if there is none.</summary>
    /// <remarks>A hint only, so whatever is wrong with it makes it absent and never an error.</remarks>
    internal static string? RoutingHintOf(string? clientInfo)
    {
        if (clientInfo is null or { Length: 0 or > LongestInfo })
        {
            return null;
        }

        try
        {
            string? user = null;
            string? homeTenant = null;
            var json = new Utf8JsonReader(Base64UrlText.Decode(clientInfo));
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals(UserMember))
                {
                    user = TextOf(ref json);
                }
                else if (json.ValueTextEquals(HomeTenantMember))
                {
                    homeTenant = TextOf(ref json);
                }
                else
                {
                    json.Read();
                    json.Skip();
                }
            }

            return user is null || homeTenant is null ? null : $"oid:{user}@{homeTenant}";
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // The value goes into a header, and the ids are GUIDs in practice.
    private static string? TextOf(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            return json.GetString() is { Length: > 0 } text && Characters.AreUnreserved(text) ? text : null;
        }

        json.Skip();
        return null;
    }
}
