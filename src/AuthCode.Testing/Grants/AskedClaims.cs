using System.Text.Json;
using System.Text.Json.Nodes;
using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>The claims parameter (OpenID Connect Core section 5.5): what the access token is asked to hold.</summary>
internal sealed class AskedClaims
{
    private const string ClientCapabilities = "xms_cc";

    // By claim, the values any of which will do; none when the claim is wanted whatever its value.
    private readonly Dictionary<string, string[]> _wanted;

    private AskedClaims(Dictionary<string, string[]> wanted, bool hasCaeCapability)
    {
        _wanted = wanted;
        HasCaeCapability = hasCaeCapability;
    }

    /// <summary>Whether the client says that it can answer claims challenges.</summary>
    internal bool HasCaeCapability { get; }

    /// <summary>The claims whose value was named, with the first value that will do.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Values => _wanted
        .Where(static claim => claim.Value.Length > 0)
        .Select(static claim => KeyValuePair.Create(claim.Key, claim.Value[0]));

    internal static AskedClaims Parse(string? claims)
    {
        if (string.IsNullOrEmpty(claims))
        {
            return new AskedClaims([], false);
        }

        try
        {
            JsonObject all = JsonNode.Parse(claims) as JsonObject ?? throw new AadException(AadErrors.MalformedClaims);

            // Read to the end here: a JsonObject speaks of a duplicate member only when it is looked into.
            Dictionary<string, string[]> wanted = (all["access_token"] as JsonObject ?? [])
                .ToDictionary(static claim => claim.Key, static claim => ValuesOf(claim.Value as JsonObject), StringComparer.Ordinal);
            bool isCapable = wanted.Remove(ClientCapabilities, out string[]? capabilities) && capabilities.Contains("cp1", StringComparer.OrdinalIgnoreCase);
            return new AskedClaims(wanted, isCapable);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new AadException(AadErrors.MalformedClaims);
        }
    }

    /// <summary>Whether all that another request asks for is asked for here.</summary>
    internal bool Satisfies(AskedClaims required) => required._wanted.All(claim =>
        _wanted.TryGetValue(claim.Key, out string[]? asked) && (claim.Value.Length == 0 || claim.Value.Intersect(asked).Any()));

    private static string[] ValuesOf(JsonObject? request)
    {
        IEnumerable<JsonNode?> values = request?["values"] as JsonArray ?? [];
        return [.. values.Prepend(request?["value"]).OfType<JsonNode>().Select(static value => value.ToString())];
    }
}
