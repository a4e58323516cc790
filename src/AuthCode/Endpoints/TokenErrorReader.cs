using System.Globalization;
using System.Net;
using System.Text.Json;

namespace AuthCode;

/// <summary>Reads an error response (RFC 6749 section 5.2 and Entra's fields), leniently: whatever cannot be read is absent, and there is no exception.</summary>
internal static partial class TokenErrorReader
{
    private const string Message = "message";
    private const int DeepestResponse = 8;
    private const int LongestClaims = 64 * 1024;
    private const int MostErrorCodes = 16;
    private const string EntraTimestamp = "yyyy-MM-dd HH:mm:ss'Z'";

    // Beyond this nothing of a text is kept, so nothing of it is looked at.
    private const int LongestLook = 4 * ServerText.LongestSentence;

    /// <summary>The error in the response of an exchange.</summary>
    internal static TokenErrorResponse Read(HttpExchange exchange, SecretRedactor secrets, DateTimeOffset now) => Read(
        exchange.Response!.StatusCode, exchange.Content, RetryAfterHeader.Read(exchange.Response.Headers, now), EchoedRequestId(exchange), secrets);

    /// <summary>The status and correlation ID of a response that is no error, and may hold tokens.</summary>
    internal static TokenErrorResponse ReadOutline(HttpExchange exchange, SecretRedactor secrets) => new(exchange.Response!.StatusCode)
    {
        CorrelationId = Cleaned(TextIn(exchange.Content, "correlation_id"u8) ?? EchoedRequestId(exchange), secrets),
    };

    private static string? Cleaned(string? word, SecretRedactor secrets) => Cleaned(word, secrets.Mask(Beginning(word)), ServerText.LongestWord);

    // The cut could leave the beginning of a secret behind that is too short to be found: it goes too.
    private static string? Cleaned(string? word, string? masked, int longest) => ServerText.Clean(
        word is { Length: > LongestLook } ? masked![..Math.Max(0, masked!.Length - SecretIndex.Piece)] : masked, longest);

    private static string? EchoedRequestId(HttpExchange exchange) =>
        exchange.Response!.Headers.TryGetValues(RequestHeaders.ClientRequestId, out IEnumerable<string>? ids) ? ids.FirstOrDefault() : null;

    internal static TokenErrorResponse Read(
        HttpStatusCode status, ReadOnlySpan<byte> utf8, TimeSpan? retryAfter, string? echoedRequestId, SecretRedactor secrets)
    {
        Dictionary<string, JsonElement> members = [];
        using JsonDocument? document = Parse(utf8, members);
        string?[] words =
        [
            ErrorOf(members),
            DescriptionOf(members),
            Text(members, Parameters.ErrorUri),
            Text(members, Parameters.SubError),
            Text(members, Parameters.TraceId),
            Text(members, Parameters.CorrelationId) ?? echoedRequestId,
            ClaimsOf(members),
        ];
        string?[] masked = Array.ConvertAll(words, Beginning);
        masked[^1] = words[^1];
        secrets.MaskAll(masked);
        return new TokenErrorResponse(status)
        {
            Error = Cleaned(words[0], masked[0], ServerText.LongestWord),
            ErrorDescription = Cleaned(words[1], masked[1], ServerText.LongestSentence),
            ErrorUri = Cleaned(words[2], masked[2], ServerText.LongestWord),
            SubError = Cleaned(words[3], masked[3], ServerText.LongestWord),
            ErrorCodes = Numbers(members),
            TraceId = Cleaned(words[4], masked[4], ServerText.LongestWord),
            CorrelationId = Cleaned(words[5], masked[5], ServerText.LongestWord),
            Timestamp = Date(Text(members, Parameters.Timestamp)),
            Claims = masked[^1],
            RetryAfter = retryAfter,
        };
    }

    // Facebook's error is an object; HubSpot says "status" for it.
    private static string? ErrorOf(Dictionary<string, JsonElement> members)
    {
        string? word = members.TryGetValue(Parameters.Error, out JsonElement error) && error.ValueKind == JsonValueKind.Object
            ? TextIn(error, "type")
            : Text(members, Parameters.Error);
        word = string.IsNullOrEmpty(word) && members.ContainsKey(Message) ? Text(members, "status") : word;
        return string.IsNullOrEmpty(word) ? null : word;
    }

    private static string? DescriptionOf(Dictionary<string, JsonElement> members) =>
        Text(members, Parameters.ErrorDescription)
        ?? (members.TryGetValue(Parameters.Error, out JsonElement error) && error.ValueKind == JsonValueKind.Object ? TextIn(error, Message) : null)
        ?? (IsOfServer(members) ? Text(members, Message) ?? Text(members, "reason") : null);

    // A message alone can be of anything between here and the server.
    private static bool IsOfServer(Dictionary<string, JsonElement> members) => members.ContainsKey(Parameters.Error) || members.ContainsKey("status");

    private static string? TextIn(JsonElement element, string name)
    {
        Dictionary<string, JsonElement> members = [];
        foreach (JsonProperty member in element.EnumerateObject())
        {
            Add(members, member);
        }

        return Text(members, name);
    }

    private static string? Beginning(string? text) => text is { Length: > LongestLook } ? text[..LongestLook] : text;

    private static JsonDocument? Parse(ReadOnlySpan<byte> utf8, Dictionary<string, JsonElement> members)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DeepestResponse });
            JsonDocument document = JsonDocument.ParseValue(ref reader);
            IEnumerable<JsonProperty> all = document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.EnumerateObject() : [];
            foreach (JsonProperty member in all)
            {
                Add(members, member);
            }

            return document;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Add(Dictionary<string, JsonElement> members, JsonProperty member)
    {
        try
        {
            members[member.Name] = member.Value;
        }
        catch (InvalidOperationException)
        {
            // A name that is not valid Unicode is none of ours.
        }
    }

    private static string? Text(Dictionary<string, JsonElement> members, string name)
    {
        try
        {
            return members.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Not valid Unicode.
            return null;
        }
    }

    /// <summary>The claims, when they are what a next sign-in can be asked with: a JSON object of reasonable size.</summary>
    private static string? ClaimsOf(Dictionary<string, JsonElement> members)
    {
        if (Text(members, Parameters.Claims) is not { Length: <= LongestClaims } claims)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(claims);
            return JsonShape.ProblemOf(document.RootElement) is null ? claims : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static int[] Numbers(Dictionary<string, JsonElement> members) =>
        members.TryGetValue(Parameters.ErrorCodes, out JsonElement codes) && codes.ValueKind == JsonValueKind.Array
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
