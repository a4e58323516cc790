using System.Text.Json;
using System.Text.Json.Nodes;
using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>The claims parameter (OpenID Connect Core section 5.5): what the access token is asked to hold.</summary>
internal sealed class AskedClaims
{
    private readonly JsonObject? _accessToken;

    private AskedClaims(JsonObject? accessToken) => _accessToken = accessToken;

    /// <summary>Whether the client says that it can answer claims challenges.</summary>
    internal bool HasCaeCapability =>
        (_accessToken?["xms_cc"] as JsonObject)?["values"] is JsonArray values && values.Any(static value => value?.ToString() is "CP1" or "cp1");

    internal static AskedClaims Parse(string? claims)
    {
        if (string.IsNullOrEmpty(claims))
        {
            return new AskedClaims(null);
        }

        try
        {
            return JsonNode.Parse(claims) is JsonObject all
                ? new AskedClaims(all["access_token"] as JsonObject)
                : throw new AadException(AadErrors.MalformedClaims);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new AadException(AadErrors.MalformedClaims);
        }
    }

    /// <summary>The values that claims of the access token are asked to have.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Values => (_accessToken ?? [])
        .Where(static claim => claim.Key != "xms_cc")
        .Select(static claim => KeyValuePair.Create(claim.Key, (claim.Value as JsonObject)?["value"]?.ToString()))
        .Where(static claim => claim.Value is not null)!;

    /// <summary>Whether all that another request asks for is asked for here.</summary>
    internal bool Satisfies(AskedClaims required) =>
        required.Values.All(wanted => Values.Any(value => value.Key == wanted.Key && value.Value == wanted.Value));
}
