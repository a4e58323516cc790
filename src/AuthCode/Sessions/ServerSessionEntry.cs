using System.Buffers;
using System.Text.Json;

namespace AuthCode;

/// <summary>What is stored of a session at the server: the sessions that began in it, and its end.</summary>
/// <param name="Sessions">The issuer and the key of each, and when its sign-in was started, the oldest first.</param>
/// <param name="Ends">The issuers that have said that it is over, and when; none for longer than a code can be under way.</param>
/// <remarks>Its format is not that of sessions, as that of <see cref="AccountEntry"/> is not. Later versions may add members, and not change these.</remarks>
internal sealed record ServerSessionEntry(IReadOnlyList<(string Issuer, string Key, DateTimeOffset StartedOn)> Sessions, IReadOnlyList<(string Issuer, DateTimeOffset On)> Ends)
{
    private const int Format = 1;

    // A browser that signs in again ends the session before: more are alive for several browsers only, and one session at the server is of one.
    private const int Most = 50;

    /// <summary>How long it is known that a session is over: a code lives for at most ten minutes (RFC 6749 section 4.1.2).</summary>
    internal static readonly TimeSpan EndIsKnownFor = TimeSpan.FromMinutes(10);

    internal static readonly ServerSessionEntry None = new([], []);

    /// <summary>Whether the server has ended the session since a sign-in was started: then no session begins by it.</summary>
    /// <remarks>Some servers keep the ID of the session of a browser: a sign-in that is started later is a new one.</remarks>
    internal bool HasEndedSince(string issuer, DateTimeOffset startedOn) => Ends.Any(end => end.Issuer == issuer && end.On > startedOn);

    /// <summary>The entry after the server has said that the session is over.</summary>
    internal ServerSessionEntry WithEnd(string issuer, DateTimeOffset on, DateTimeOffset now) =>
        HasEndedSince(issuer, on - TimeSpan.FromTicks(1)) ? this : this with { Ends = [.. Ends.Where(end => end.Issuer != issuer && now - end.On < EndIsKnownFor).TakeLast(Most - 1), (issuer, on)] };

    /// <summary>The entry after a sign-in, which may be another one of a session that is known.</summary>
    internal ServerSessionEntry With(string issuer, string key, DateTimeOffset startedOn) =>
        Sessions.Any(session => session.Issuer == issuer && session.Key == key && session.StartedOn >= startedOn)
            ? this
            : this with { Sessions = [.. Sessions.Where(session => session.Issuer != issuer || session.Key != key).TakeLast(Most - 1), (issuer, key, startedOn)] };

    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("server_session_format"u8, Format);
            json.WriteStartArray("sessions"u8);
            foreach ((string issuer, string key, DateTimeOffset startedOn) in Sessions)
            {
                json.WriteStartObject();
                json.WriteString("iss"u8, issuer);
                json.WriteString("key"u8, key);
                json.WriteNumber("started"u8, startedOn.UtcTicks);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (Ends.Count > 0)
            {
                json.WriteStartArray("ends"u8);
                foreach ((string issuer, DateTimeOffset on) in Ends)
                {
                    json.WriteStartObject();
                    json.WriteString("iss"u8, issuer);
                    json.WriteNumber("on"u8, on.UtcTicks);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

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
                ? new(
                    [.. root.GetProperty("sessions").EnumerateArray().Select(static entry => (
                        entry.GetProperty("iss").GetString()!,
                        entry.GetProperty("key").GetString()!,
                        entry.TryGetProperty("started", out JsonElement started) ? new DateTimeOffset(started.GetInt64(), TimeSpan.Zero) : default))],
                    root.TryGetProperty("ends", out JsonElement ends)
                        ? [.. ends.EnumerateArray().Select(static end => (end.GetProperty("iss").GetString()!, new DateTimeOffset(end.GetProperty("on").GetInt64(), TimeSpan.Zero)))]
                        : [])
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    public override string ToString() => $"{Sessions.Count} sessions";
}
