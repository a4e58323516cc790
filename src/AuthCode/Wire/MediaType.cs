namespace AuthCode;

/// <summary>The media type of a response, also where .NET cannot parse the header, as with <c>application/json;charset=utf-8;</c>.</summary>
internal static class MediaType
{
    /// <summary>Whether the body is JSON: <c>application/json</c>, or a type with the suffix <c>+json</c> (RFC 6839 section 3.1).</summary>
    internal static bool IsJson(HttpResponseMessage response)
    {
        string type = Of(response);
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The type without its parameters, as it was sent; empty if there is none, or several.</summary>
    internal static string Of(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out System.Net.Http.Headers.HeaderStringValues values) && values.Count == 1
            ? values.ToString().Split(';', 2)[0].Trim()
            : "";
}
