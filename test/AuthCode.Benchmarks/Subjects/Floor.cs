using System.Collections.Concurrent;
using System.Text.Json;

namespace AuthCode.Benchmarks.Subjects;

/// <summary>The least that any client must do: a form posted with HttpClient, its answer read with Utf8JsonReader, a token kept under a string.</summary>
internal sealed class Floor(HttpClient http)
{
    private readonly ConcurrentDictionary<string, Tokens> _tokens = new();

    internal sealed record Tokens(string AccessToken, string RefreshToken, long ExpiresIn);

    internal static Uri Endpoint(Uri authority, string tenant) => new(authority, $"{tenant}/oauth2/v2.0/token");

    internal Tokens? Find(string key) => _tokens.GetValueOrDefault(key);

    internal void Keep(string key, Tokens tokens) => _tokens[key] = tokens;

    internal Task<Tokens> RedeemAsync(Uri endpoint, string code) => PostAsync(endpoint, [new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", The.Redirect.OriginalString)]);

    internal Task<Tokens> RefreshAsync(Uri endpoint, string refreshToken) => PostAsync(endpoint, [new("grant_type", "refresh_token"), new("refresh_token", refreshToken)]);

    private async Task<Tokens> PostAsync(Uri endpoint, KeyValuePair<string, string>[] grant)
    {
        using var form = new FormUrlEncodedContent(
            [new("client_id", The.Client), new("client_secret", The.Secret), new("scope", The.Scope + " openid profile offline_access"), .. grant]);
        using HttpResponseMessage response = await http.PostAsync(endpoint, form).ConfigureAwait(false);
#pragma warning disable RS0030 // The floor is what careless code costs.
        byte[] body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
#pragma warning restore RS0030
        return Read(body);
    }

    private static Tokens Read(byte[] body)
    {
        var json = new Utf8JsonReader(body);
        string accessToken = "";
        string refreshToken = "";
        long expiresIn = 0;
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.ValueTextEquals("access_token"u8))
            {
                json.Read();
                accessToken = json.GetString()!;
            }
            else if (json.ValueTextEquals("refresh_token"u8))
            {
                json.Read();
                refreshToken = json.GetString()!;
            }
            else if (json.ValueTextEquals("expires_in"u8))
            {
                json.Read();
                expiresIn = json.GetInt64();
            }
        }

        return new Tokens(accessToken, refreshToken, expiresIn);
    }
}
