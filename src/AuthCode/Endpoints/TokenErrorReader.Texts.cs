using System.Text.Json;

namespace AuthCode;

/// <content>Single texts of a body that may hold tokens, of which nothing else is copied.</content>
internal static partial class TokenErrorReader
{
    /// <summary>The name of the error; <see langword="null"/> if there is none.</summary>
    /// <remarks>The body may hold tokens: nothing but the name is copied.</remarks>
    internal static string? NameIn(ReadOnlySpan<byte> utf8)
    {
        string? error = null;
        string? status = null;
        bool hasMessage = false;
        try
        {
            var json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DeepestResponse });
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isError = IsNamed(ref json, "error"u8);
                bool isStatus = IsNamed(ref json, "status"u8);
                hasMessage |= IsNamed(ref json, "message"u8);
                json.Read();
                error = isError ? json.TokenType == JsonTokenType.StartObject ? TextIn(ref json, "type"u8) : TextOf(ref json) : error;
                status = isStatus ? TextOf(ref json) : status;
                json.Skip();
            }
        }
        catch (JsonException)
        {
            return null;
        }

        string? word = string.IsNullOrEmpty(error) && hasMessage ? status : error;
        return string.IsNullOrEmpty(word) ? null : word;
    }

    /// <summary>A text in a body that may hold tokens, of which nothing else is copied; <see langword="null"/> if there is none.</summary>
    internal static string? TextIn(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> name)
    {
        try
        {
            var json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DeepestResponse });
            return json.Read() && json.TokenType == JsonTokenType.StartObject ? TextIn(ref json, name) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Of the object that the reader is at, up to its end; the last one counts.
    private static string? TextIn(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        string? text = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isNamed = IsNamed(ref json, name);
            json.Read();
            text = isNamed ? TextOf(ref json) : text;
            json.Skip();
        }

        return text;
    }

    private static bool IsNamed(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        try
        {
            return json.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            // A name that is not valid Unicode is none of ours.
            return false;
        }
    }

    private static string? TextOf(ref Utf8JsonReader json)
    {
        try
        {
            return json.TokenType == JsonTokenType.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
