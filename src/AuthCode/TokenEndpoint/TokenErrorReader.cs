using System.Globalization;
using System.Net;
using System.Text.Json;

namespace AuthCode;

/// <summary>Reads an error answer (RFC 6749 section 5.2 and Entra's fields), leniently: whatever cannot be read is absent, and there is no exception.</summary>
internal static class TokenErrorReader
{
    private const int DeepestAnswer = 8;
    private const int LongestClaims = 64 * 1024;
    private const int MostErrorCodes = 16;
    private const string EntraTimestamp = "yyyy-MM-dd HH:mm:ss'Z'";

    internal static TokenErrorResponse Read(
        HttpStatusCode status, ReadOnlySpan<byte> utf8, TimeSpan? retryAfter, string? echoedRequestId, SecretEcho secrets)
    {
        if (!TryParse(utf8, out JsonDocument? document))
        {
            return new TokenErrorResponse(status) { RetryAfter = retryAfter, CorrelationId = Clean(echoedRequestId) };
        }

        using (document)
        {
            JsonElement root = document!.RootElement;
            return new TokenErrorResponse(status)
            {
                Error = Clean(Text(root, Parameters.Error)),
                ErrorDescription = ServerText.Clean(secrets.Mask(Text(root, Parameters.ErrorDescription)), ServerText.LongestSentence),
                ErrorUri = Clean(Text(root, Parameters.ErrorUri)),
                SubError = Clean(Text(root, Parameters.SubError)),
                ErrorCodes = Numbers(root),
                TraceId = Clean(Text(root, Parameters.TraceId)),
                CorrelationId = Clean(Text(root, Parameters.CorrelationId) ?? echoedRequestId),
                Timestamp = Date(Text(root, Parameters.Timestamp)),
                Claims = Text(root, Parameters.Claims) is { Length: <= LongestClaims } claims ? secrets.Mask(claims) : null,
                RetryAfter = retryAfter,
            };
        }

        string? Clean(string? text) => ServerText.Clean(secrets.Mask(text), ServerText.LongestWord);
    }

    private static bool TryParse(ReadOnlySpan<byte> utf8, out JsonDocument? document)
    {
        document = null;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DeepestAnswer });
            document = JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return false;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        document.Dispose();
        return false;
    }

    private static string? Text(JsonElement root, string member)
    {
        try
        {
            return root.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Not valid Unicode.
            return null;
        }
    }

    private static int[] Numbers(JsonElement root) =>
        root.TryGetProperty(Parameters.ErrorCodes, out JsonElement codes) && codes.ValueKind == JsonValueKind.Array
            ? codes.EnumerateArray()
                .Take(MostErrorCodes)
                .Select(static code => code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out int number) ? number : (int?)null)
                .OfType<int>()
                .ToArray()
            : [];

    private static DateTimeOffset? Date(string? text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, [EntraTimestamp, "O", "yyyy-MM-dd'T'HH:mm:ss'Z'"], CultureInfo.InvariantCulture, Utc, out DateTimeOffset date)
            ? date
            : null;
    }
}
