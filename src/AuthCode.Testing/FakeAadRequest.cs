namespace AuthCode.Testing;

/// <summary>A request that a <see cref="FakeAad"/> got.</summary>
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
    public string Method { get; }

    /// <summary>The path, which begins with the tenant.</summary>
    public string Path { get; }

    /// <summary>The tenant in the path.</summary>
    public string TenantId => Path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";

    /// <summary>The parameters in the order of the wire: a form's fields, or a query's.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; }

    /// <summary>The parameters by name.</summary>
    public IReadOnlyDictionary<string, string> Form { get; }

    // Forbidden by RFC 6749 sections 3.1 and 3.2.
    internal bool HasRepeatedParameters => Parameters.Count != Form.Count;

    /// <summary>The headers; names are compared without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>When the request came, on <see cref="FakeAadOptions.TimeProvider"/>.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>The grant type of a token request.</summary>
    /// <value><see langword="null"/> for any other request.</value>
    public string? GrantType => Form.GetValueOrDefault("grant_type");

    /// <summary>The scopes that were asked for.</summary>
    public IReadOnlyList<string> Scopes => Form.GetValueOrDefault("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The status code of the answer.</summary>
    /// <value>Zero until it has been answered.</value>
    public int StatusCode { get; internal set; }

    /// <summary>Method, path and status code, without any value.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Method} {Path} → {StatusCode}";
}
