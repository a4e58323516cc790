using System.Net;
using System.Net.Http.Headers;

namespace AuthCode.Tests;

/// <summary>A token request as the endpoint got it.</summary>
internal sealed class SentRequest
{
    internal required Uri Uri { get; init; }

    internal required HttpMethod Method { get; init; }

    internal required string Body { get; init; }

    internal required HttpRequestHeaders Headers { get; init; }

    internal required MediaTypeHeaderValue? ContentType { get; init; }

    internal required bool WasSynchronous { get; init; }

    /// <summary>The fields in the order of the wire.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Fields => Body
        .Split('&')
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => KeyValuePair.Create(pair[0], WebUtility.UrlDecode(pair[1])))
        .ToList();

    /// <summary>The value of a field, which stands at most once; null when it is not there.</summary>
    internal string? this[string name] => Fields.Where(pair => pair.Key == name).Select(static pair => pair.Value).SingleOrDefault();

    internal string? Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;
}
