using System.Buffers;
using System.Text.Json;

namespace AuthCode;

/// <summary>What is stored of an account: its newest session, and since when its sessions are good.</summary>
/// <param name="EndedBefore">Sessions that began no later than this have ended.</param>
/// <param name="NewestSession">The key of the session that began last; <see langword="null"/> if all were ended.</param>
internal sealed record AccountEntry(DateTimeOffset EndedBefore, string? NewestSession)
{
    internal static readonly AccountEntry None = new(DateTimeOffset.UnixEpoch, null);

    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format"u8, SessionSnapshot.Format);
            json.WriteNumber("ended_before"u8, EndedBefore.ToUnixTimeMilliseconds());
            if (NewestSession is not null)
            {
                json.WriteString("newest"u8, NewestSession);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; <see langword="null"/> if the bytes are something else.</summary>
    internal static AccountEntry? Read(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            return root.GetProperty("format").GetInt32() == SessionSnapshot.Format
                ? new AccountEntry(
                    DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("ended_before").GetInt64()),
                    root.TryGetProperty("newest", out JsonElement newest) ? newest.GetString() : null)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    public override string ToString() => $"sessions since {EndedBefore:O}";
}
