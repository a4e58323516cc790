namespace AuthCode.Testing;

/// <summary>A request that a <see cref="FakeAad"/> received.</summary>
/// <remarks>Except for <see cref="StatusCode"/>, an instance does not change, and any number of threads can read it.</remarks>
public sealed class FakeAadRequest
{
    internal FakeAadRequest(
        string method, string path, IReadOnlyList<KeyValuePair<string, string>> parameters, IReadOnlyDictionary<string, string> headers, DateTimeOffset receivedAt)
    {
        Method = method;
        Path = path;
        Parameters = parameters;
        Headers = headers;
        ReceivedAt = receivedAt;
        Form = parameters.GroupBy(static pair => pair.Key, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.First().Value, StringComparer.Ordinal);
    }

    /// <summary>The HTTP method.</summary>
    /// <value>As the client sent it, for example <c>POST</c>.</value>
    public string Method { get; }

    /// <summary>The path, which begins with a slash and the tenant.</summary>
    /// <value>Does not include the query.</value>
    public string Path { get; }

    /// <summary>The tenant in the path, or the alias in its place, for example <c>organizations</c>.</summary>
    /// <value>The first segment of <see cref="Path"/>; empty if the path has no segment.</value>
    public string TenantId => Path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";

    // AD FS has no version 2, and its paths look like those of version 1.
    internal bool IsVersion1 => Path.Split('/', 3) is ["", _, "oauth2/token" or "oauth2/authorize"] && !string.Equals(TenantId, "adfs", StringComparison.OrdinalIgnoreCase);

    /// <summary>The decoded parameters in the order in which they were sent.</summary>
    /// <value>The form fields of a POST request; the query parameters of any other request. A repeated parameter is in the list as often as it was sent.</value>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; }

    /// <summary>The <see cref="Parameters"/> by name. Names are case-sensitive.</summary>
    /// <value>The first value of a repeated parameter.</value>
    public IReadOnlyDictionary<string, string> Form { get; }

    // Forbidden by RFC 6749 sections 3.1 and 3.2.
    internal bool HasRepeatedParameters => Parameters.Count != Form.Count;

    /// <summary>The headers by name. Names are not case-sensitive.</summary>
    /// <value>The values of a repeated header are joined by a comma and a space.</value>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The time at which the request was received, according to <see cref="FakeAadOptions.TimeProvider"/>.</summary>
    /// <value>In UTC.</value>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>The grant type of a token request, for example <c>refresh_token</c>.</summary>
    /// <value><see langword="null"/> if the request has no <c>grant_type</c>.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3">RFC 6749, section 4.1.3</see>.</remarks>
    public string? GrantType => Form.GetValueOrDefault("grant_type");

    /// <summary>The requested scopes.</summary>
    /// <value>Empty if the request has no <c>scope</c>.</value>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-3.3">RFC 6749, section 3.3</see>.</remarks>
    public IReadOnlyList<string> Scopes => Form.GetValueOrDefault("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The HTTP status code of the response.</summary>
    /// <value>Zero while the request is being processed.</value>
    public int StatusCode { get; internal set; }

    /// <summary>Returns the method, the path and the status code. The result contains no parameter and no header.</summary>
    /// <returns>One line, for example <c>GET /common/oauth2/v2.0/authorize → 302</c>.</returns>
    public override string ToString() => $"{Method} {Path} → {StatusCode}";
}
