namespace AuthCode;

/// <summary>An authorize request as an address (RFC 6749 section 4.1.1).</summary>
internal static class AuthorizationUrl
{
    internal static Uri Build(Uri endpoint, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        string query = string.Join('&', parameters.Select(static parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}"));

        // An endpoint may have a query of its own, which is kept (RFC 6749 section 3.1).
        return new Uri($"{endpoint.AbsoluteUri}{(endpoint.Query.Length > 1 ? "&" : endpoint.Query.Length == 1 ? "" : "?")}{query}");
    }
}
