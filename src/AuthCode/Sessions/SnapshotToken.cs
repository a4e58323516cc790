using System.Text.Json;
using Azure.Core;

namespace AuthCode;

/// <summary>An access token of a snapshot, with what it was requested with and granted.</summary>
internal sealed record SnapshotToken(TokenCacheKey Key, ScopeSet Granted, AccessToken Token)
{
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteAll(json, "scopes", Key.Scopes.Items);
        json.WriteString("tenant"u8, Key.Tenant.Value);
        if (Key.Claims is not null)
        {
            json.WriteString("claims"u8, Key.Claims);
        }

        json.WriteBoolean("cae"u8, Key.IsCaeEnabled);
        if (Key.Resource is not null)
        {
            json.WriteString("resource"u8, Key.Resource);
        }

        WriteAll(json, "granted", Granted.Items);
        json.WriteString("token"u8, Token.Token);
        json.WriteString("type"u8, Token.TokenType);
        json.WriteNumber("expires_on"u8, Token.ExpiresOn.ToUnixTimeMilliseconds());
        json.WriteNumber("due_on"u8, (Token.RefreshOn ?? Token.ExpiresOn).ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">A member is not what <see cref="Write"/> wrote.</exception>
    internal static SnapshotToken Read(JsonElement json, TextPool pool)
    {
        string name = pool.Share(json.GetProperty("tenant").GetString() ?? "");
        string? claims = json.TryGetProperty("claims", out JsonElement asked) ? asked.GetString() : null;
        var key = new TokenCacheKey(
            new ScopeSet(pool.Share(Texts(json, "scopes"))),
            TenantId.TryParse(name, out TenantId tenant) ? tenant : TenantId.Unchecked(name),
            claims,
            json.GetProperty("cae").GetBoolean(),
            json.TryGetProperty("resource", out JsonElement member) && member.GetString() is { } resource ? pool.Share(resource) : null);
        var token = new AccessToken(
            json.GetProperty("token").GetString() ?? throw new FormatException("There is no token."),
            Instant(json, "expires_on"),
            Instant(json, "due_on"),
            pool.Share(json.GetProperty("type").GetString() ?? throw new FormatException("There is no token type.")));
        return new SnapshotToken(key, new ScopeSet(pool.Share(Texts(json, "granted"))), token);
    }

    public override string ToString() => $"token of {Key.Tenant} until {Token.ExpiresOn:O}";

    private static DateTimeOffset Instant(JsonElement json, string name)
    {
        long milliseconds = json.GetProperty(name).GetInt64();
        return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw new FormatException("The instant is out of range.");
    }

    /// <exception cref="FormatException">A scope is <see langword="null"/>.</exception>
    internal static string[] Texts(JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(static scope => scope.GetString() ?? throw new FormatException("A scope is null."))];

    internal static void WriteAll(Utf8JsonWriter json, string name, string[] scopes)
    {
        json.WriteStartArray(name);
        foreach (string scope in scopes)
        {
            json.WriteStringValue(scope);
        }

        json.WriteEndArray();
    }
}
