using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Azure.Core;

namespace AuthCode;

/// <summary>A request to the userinfo endpoint (OpenID Connect Core section 5.3), with a bearer token or one that is bound to a key.</summary>
internal static class UserInfoRequest
{
    private const string What = "userinfo request";
    private const string SignedType = "application/jwt";

    /// <summary>The claims, from JSON or from a signed JWT.</summary>
    /// <param name="client">The client.</param>
    /// <param name="endpoint">The userinfo endpoint.</param>
    /// <param name="token">The access token.</param>
    /// <param name="subject">The user of the ID token, whom the claims must be about (section 5.3.2).</param>
    /// <param name="validator">Validates a signed response.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="AuthenticationFailedException">There is no usable response, or it is about another user.</exception>
    internal static async Task<ClaimsIdentity> SendAsync(
        ClientRegistration client, Uri endpoint, AccessToken token, string? subject, IdTokenValidator validator, CancellationToken cancellationToken)
    {
        try
        {
            ClaimsIdentity claims = await ReadAsync(client, endpoint, token, subject, validator, cancellationToken).ConfigureAwait(false);
            Log.UserInfoRead(client.Logger, endpoint.IdnHost);
            return claims;
        }
        catch (AuthenticationFailedException e)
        {
            Log.UserInfoFailed(client.Logger, endpoint.IdnHost, ErrorTypes.Of(e));
            throw;
        }
    }

    private static async Task<ClaimsIdentity> ReadAsync(
        ClientRegistration client, Uri endpoint, AccessToken token, string? subject, IdTokenValidator validator, CancellationToken cancellationToken)
    {
        var endpoints = new EndpointClient(client);
        using HttpExchange exchange = await endpoints.GetAsync(endpoint, token, cancellationToken).ConfigureAwait(false);
        string text = Encoding.UTF8.GetString(endpoints.BodyOf(exchange, What, HttpStatusCode.OK).OrThrow());
        if (string.Equals(MediaType.Of(exchange.Response!), SignedType, StringComparison.OrdinalIgnoreCase))
        {
            text = await validator.ValidateUserInfoAsync(text, endpoint.IdnHost, cancellationToken).ConfigureAwait(false);
        }
        else if (!MediaType.IsJson(exchange.Response!))
        {
            throw Failures.UserInfoUnusable(endpoint.IdnHost, "it is neither JSON nor a signed JWT").ToException();
        }

        return Read(text, endpoint.IdnHost, subject, client.Server.Settings);
    }

    private static ClaimsIdentity Read(string json, string host, string? subject, ServerSettings settings)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (JsonShape.ProblemOf(document.RootElement) is not null)
            {
                throw Failures.UserInfoUnusable(host, "it is not a JSON object, or has a member twice").ToException();
            }

            bool hasSubject = document.RootElement.TryGetProperty("sub", out JsonElement sub) && sub.ValueKind != JsonValueKind.Null;
            if (hasSubject && sub.ValueKind != JsonValueKind.String)
            {
                throw Failures.UserInfoUnusable(host, "its sub is no text").ToException();
            }

            return hasSubject && subject is not null && sub.ValueEquals(subject)
                ? new ClaimsIdentity(document.RootElement.EnumerateObject().SelectMany(ClaimsOf), What, settings.NameClaim, settings.RoleClaim)
                : throw Failures.UserInfoOfAnother(host).ToException();
        }
        catch (JsonException)
        {
            throw Failures.UserInfoUnusable(host, "it is not JSON").ToException();
        }
    }

    // An array is several claims, as in an ID token.
    private static IEnumerable<Claim> ClaimsOf(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Array
        ? member.Value.EnumerateArray().Select(item => ClaimOf(member.Name, item)).OfType<Claim>()
        : ClaimOf(member.Name, member.Value) is { } claim ? [claim] : [];

    private static Claim? ClaimOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new Claim(name, value.GetString()!, ClaimValueTypes.String),
        JsonValueKind.Number => new Claim(name, value.GetRawText(), value.TryGetInt64(out _) ? ClaimValueTypes.Integer64 : ClaimValueTypes.Double),
        JsonValueKind.True or JsonValueKind.False => new Claim(name, value.GetBoolean() ? "true" : "false", ClaimValueTypes.Boolean),
        JsonValueKind.Object or JsonValueKind.Array => new Claim(name, value.GetRawText(), "JSON"),
        _ => null,
    };
}
