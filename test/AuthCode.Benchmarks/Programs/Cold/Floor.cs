using System.Text.Json;

namespace AuthCode.Benchmarks.Cold;

internal static class Subject
{
    internal static async Task<string> RedeemAsync(HttpClient http)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("client_id", "4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4"),
            new("client_secret", "the secret"),
            new("grant_type", "authorization_code"),
            new("code", "the code"),
            new("redirect_uri", "https://app.example/signin-oidc"),
            new("scope", InMemory.Scope + " openid profile offline_access"),
        ]);
        using HttpResponseMessage response = await http.PostAsync(new Uri("https://login.microsoftonline.com/72f988bf-0000-4000-8000-2d7cd011db47/oauth2/v2.0/token"), form);
        using Stream body = await response.Content.ReadAsStreamAsync();
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        return Read(bytes.ToArray());
    }

    private static string Read(byte[] body)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("access_token"u8))
            {
                json.Read();
                return json.GetString()!;
            }
        }

        return "";
    }
}
