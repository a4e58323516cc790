using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using NUnit.Framework.Constraints;

namespace AuthCode.Testing.Tests;

/// <summary>What the fake answered.</summary>
internal sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, string? MediaType, string Body)
{
    internal static IResolveConstraint Granted => Has.Property(nameof(Status)).EqualTo(HttpStatusCode.OK);

    internal JsonNode Json => JsonNode.Parse(Body)!;

    internal string? Error => this["error"];

    internal int Code => (int)Json["error_codes"]![0]!;

    internal string? AccessToken => this["access_token"];

    internal string? RefreshToken => this["refresh_token"];

    internal Jwt AccessClaims => new(AccessToken!);

    internal Jwt IdClaims => new(this["id_token"]!);

    internal string? this[string name] => Json[name]?.ToString();

    internal string? Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;

    /// <summary>The parameters that a redirect brings back.</summary>
    internal Dictionary<string, string> Returned => Headers.Location!.Query.TrimStart('?').Split('&')
        .Select(static pair => pair.Split('=', 2))
        .ToDictionary(static pair => pair[0], static pair => WebUtility.UrlDecode(pair[1]));

    /// <summary>An error of the token endpoint.</summary>
    internal static IResolveConstraint Refused(string error, int code, HttpStatusCode status = HttpStatusCode.BadRequest) => Has.Property(nameof(Status)).EqualTo(status)
        .And.Property(nameof(Error)).EqualTo(error)
        .And.Property(nameof(Code)).EqualTo(code);
}
