using System.Text.Json;
using System.Text.Json.Nodes;
using AuthCode.Testing.Errors;

namespace AuthCode.Testing.Grants;

/// <summary>The claims parameter (OpenID Connect Core section 5.5): the claims that a client requests in the access token.</summary>
internal sealed class RequestedClaims
{
    private const string ClientCapabilities = "xms_cc";

    // By claim, the acceptable values. An empty array accepts any value.
    private readonly Dictionary<string, string[]> _acceptable;

    private RequestedClaims(Dictionary<string, string[]> acceptable, bool hasCaeCapability)
    {
        _acceptable = acceptable;
        HasCaeCapability = hasCaeCapability;
    }

    /// <summary>Whether the client declares the capability <c>cp1</c>: it can handle claims challenges.</summary>
    internal bool HasCaeCapability { get; }

    /// <summary>The claims that are requested with a value, each with the first acceptable value.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Values => _acceptable
        .Where(static claim => claim.Value.Length > 0)
        .Select(static claim => KeyValuePair.Create(claim.Key, claim.Value[0]));

    internal static RequestedClaims Parse(string? claims)
    {
        if (string.IsNullOrEmpty(claims))
        {
            return new RequestedClaims([], false);
        }

        try
        {
            JsonObject all = JsonNode.Parse(claims) as JsonObject ?? throw new AadErrorException(AadErrors.MalformedClaims);

            // All members are read here, since a JsonObject reports a repeated member only when it is read.
            Dictionary<string, string[]> acceptable = (all["access_token"] as JsonObject ?? [])
                .ToDictionary(static claim => claim.Key, static claim => ValuesOf(claim.Value as JsonObject), StringComparer.Ordinal);
            bool isCapable = acceptable.Remove(ClientCapabilities, out string[]? capabilities) && capabilities.Contains("cp1", StringComparer.OrdinalIgnoreCase);
            return new RequestedClaims(acceptable, isCapable);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new AadErrorException(AadErrors.MalformedClaims);
        }
    }

    /// <summary>Throws an <see cref="ArgumentException"/> for claims that no client could send.</summary>
    internal static void RequireValid(string? claims, string parameterName)
    {
        try
        {
            Parse(claims);
        }
        catch (AadErrorException e)
        {
            throw new ArgumentException("The claims must be a JSON object without repeated members.", parameterName, e);
        }
    }

    /// <summary>Whether these claims include all required claims.</summary>
    internal bool Satisfies(RequestedClaims required) => required._acceptable.All(claim =>
        _acceptable.TryGetValue(claim.Key, out string[]? requested) && (claim.Value.Length == 0 || claim.Value.Intersect(requested).Any()));

    private static string[] ValuesOf(JsonObject? claim)
    {
        IEnumerable<JsonNode?> values = claim?["values"] as JsonArray ?? [];
        return [.. values.Prepend(claim?["value"]).OfType<JsonNode>().Select(static value => value.ToString())];
    }
}
