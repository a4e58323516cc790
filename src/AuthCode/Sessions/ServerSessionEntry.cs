using System.Buffers;
using System.Text.Json;

namespace AuthCode;

/// <summary>What is stored of a session at the server: the sessions that began in it.</summary>
/// <param name="Sessions">The issuer and the key of each, the oldest first.</param>
/// <remarks>Its format is not that of sessions, as that of <see cref="AccountEntry"/> is not. Later versions may add members, and not change these.</remarks>
internal sealed record ServerSessionEntry(IReadOnlyList<(string Issuer, string Key)> Sessions)
{
    private const int Format = 1;

    // A browser that signs in again ends the session before: more are alive for several browsers only, and one session at the server is of one.
    private const int Most = 50;

    internal static readonly ServerSessionEntry None = new([]);

    /// <summary>The entry after a sign-in.</summary>
    internal ServerSessionEntry With(string issuer, string key) => Sessions.Contains((issuer, key))
        ? this
        : new([.. Sessions.Skip(Math.Max(0, Sessions.Count - Most + 1)), (issuer, key)]);

    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("server_session_format"u8, Format);
            json.WriteStartArray("sessions"u8);
            foreach ((string issuer, string key) in Sessions)
            {
                json.WriteStartObject();
                json.WriteString("iss"u8, issuer);
                json.WriteString("key"u8, key);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; <see langword="null"/> if the bytes are something else.</summary>
    internal static ServerSessionEntry? Read(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            return root.GetProperty("server_session_format").GetInt32() >= Format
                ? new([.. root.GetProperty("sessions").EnumerateArray().Select(static entry => (entry.GetProperty("iss").GetString()!, entry.GetProperty("key").GetString()!))])
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    public override string ToString() => $"{Sessions.Count} sessions";
}
