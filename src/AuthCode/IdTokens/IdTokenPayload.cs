using System.Text.Json;

namespace AuthCode;

/// <summary>The claims of a JWT as they were sent, each of the kind that it must be; nothing is converted.</summary>
internal sealed class IdTokenPayload : IDisposable
{
    private readonly JsonDocument _document;

    private IdTokenPayload(JsonDocument document) => _document = document;

    internal JsonElement Root => _document.RootElement;

    /// <summary>Reads a JWT in its compact form; <see langword="null"/> if its payload is no JSON object, or has a member twice.</summary>
    internal static IdTokenPayload? Read(string token)
    {
        string[] parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(Base64UrlText.Decode(parts[1]));
            if (JsonShape.ProblemOf(document.RootElement) is null)
            {
                var payload = new IdTokenPayload(document);
                document = null;
                return payload;
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException)
        {
            // Said by the caller, without the parser's words.
        }
        finally
        {
            document?.Dispose();
        }

        return null;
    }

    /// <summary>A claim that is text; <see langword="null"/> if it is absent, null, or something else.</summary>
    internal string? Text(string name) => Root.TryGetProperty(name, out JsonElement claim) && claim.ValueKind == JsonValueKind.String ? claim.GetString() : null;

    /// <summary>Whether a claim is text, absent or null.</summary>
    internal bool IsTextOrAbsent(string name) => IsAbsent(name) || Text(name) is not null;

    /// <summary>Whether a claim is absent or null.</summary>
    internal bool IsAbsent(string name) => !Root.TryGetProperty(name, out JsonElement claim) || claim.ValueKind == JsonValueKind.Null;

    /// <summary>A claim that is an instant in seconds since 1970, also with a fraction (RFC 7519 section 2, NumericDate); <see langword="null"/> if it is absent or something else.</summary>
    internal DateTimeOffset? Instant(string name) =>
        Root.TryGetProperty(name, out JsonElement claim) && claim.ValueKind == JsonValueKind.Number && claim.TryGetDouble(out double seconds)
        && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    /// <summary>The audiences; empty if there are none, or one that is no text.</summary>
    internal string[] Audiences()
    {
        if (!Root.TryGetProperty("aud", out JsonElement audience))
        {
            return [];
        }

        return audience.ValueKind switch
        {
            JsonValueKind.String => [audience.GetString()!],
            JsonValueKind.Array when audience.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String) =>
                [.. audience.EnumerateArray().Select(static item => item.GetString()!)],
            _ => [],
        };
    }

    public void Dispose() => _document.Dispose();

    public override string ToString() => "claims of a token";
}
