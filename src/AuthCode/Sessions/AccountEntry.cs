using System.Buffers;
using System.Text.Json;

namespace AuthCode;

/// <summary>What is stored of an account: its newest session, and since when its sessions are good.</summary>
/// <param name="EndedBefore">Sessions that began no later than this have ended.</param>
/// <param name="LastSignIn">The latest time at which a session of the account began.</param>
/// <param name="NewestSession">The key of the session that began last; <see langword="null"/> if all were ended.</param>
/// <param name="EndedOn">When all were ended last, by the clock of the instance that did so; unlike <paramref name="EndedBefore"/>, it is never ahead of that clock.</param>
/// <remarks>
/// Its format is not that of sessions: an instance of an earlier version reads and writes the entry of a later one, since a sign-out of
/// all sessions must not wait for the last instance to be deployed. So later versions may add members, and not change these.
/// </remarks>
internal sealed record AccountEntry(DateTimeOffset EndedBefore, DateTimeOffset LastSignIn, string? NewestSession, DateTimeOffset EndedOn = default)
{
    private const int Format = 1;

    internal static readonly AccountEntry None = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null);

    /// <summary>What is assumed of an account whose entry cannot be read: its sessions of before were ended, but not during a sign-in that is under way.</summary>
    internal static AccountEntry OfUnknown(DateTimeOffset on) => None with { EndedBefore = Milliseconds(on) - TimeSpan.FromMilliseconds(1) };

    // The clocks of instances differ: each step is later than those that are stored, whatever the clock says.

    /// <summary>When a session began that begins now: after the last sign-out of all sessions.</summary>
    internal DateTimeOffset SignInTime(DateTimeOffset now) => Later(Milliseconds(now), EndedBefore + TimeSpan.FromMilliseconds(1));

    /// <summary>Whether all sessions were ended between two instants of a sign-in: it is one of them, although its session begins later. An end that is later still is of a clock that is ahead.</summary>
    internal bool HasEndedWithin(DateTimeOffset redeemedOn, DateTimeOffset now) => EndedOn > redeemedOn && EndedOn <= now;

    /// <summary>The entry after a sign-in.</summary>
    internal AccountEntry WithSignIn(string session, DateTimeOffset now) =>
        this with { NewestSession = session, LastSignIn = Later(SignInTime(now), LastSignIn) };

    /// <summary>The entry after a sign-in that could not be stored when it was made.</summary>
    internal AccountEntry SignedInAt(string session, DateTimeOffset time) =>
        time > Later(EndedBefore, LastSignIn) ? this with { NewestSession = session, LastSignIn = Milliseconds(time) } : this;

    /// <summary>The entry after the end of one session.</summary>
    internal AccountEntry WithoutSession(string session, string? next) => NewestSession == session ? this with { NewestSession = next } : this;

    /// <summary>The entry after a sign-out of all sessions, including those that began on an instance whose clock is ahead.</summary>
    internal AccountEntry WithoutSessions(DateTimeOffset now) => this with { NewestSession = null, EndedBefore = Later(Milliseconds(now), LastSignIn), EndedOn = Later(now, EndedOn) };

    /// <summary>The entry after a sign-out of all sessions that could not be stored when it was made.</summary>
    /// <param name="time">When the last session began that is known to have ended.</param>
    /// <param name="on">When the sign-out was made.</param>
    internal AccountEntry EndedAt(DateTimeOffset time, DateTimeOffset on) =>
        this with { NewestSession = LastSignIn > time ? NewestSession : null, EndedBefore = Later(Milliseconds(time), EndedBefore), EndedOn = Later(on, EndedOn) };

    /// <summary>The latest time that the entry speaks of, or now.</summary>
    internal DateTimeOffset LatestOf(DateTimeOffset now) => Later(now, Later(EndedBefore, LastSignIn));

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    // What is stored has this precision; a comparison must not depend on whether a time has been stored.
    private static DateTimeOffset Milliseconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("account_format"u8, Format);
            json.WriteNumber("ended_before"u8, EndedBefore.ToUnixTimeMilliseconds());
            json.WriteNumber("last_sign_in"u8, LastSignIn.ToUnixTimeMilliseconds());
            if (EndedOn != default)
            {
                json.WriteNumber("ended_on"u8, EndedOn.UtcTicks);
            }

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
            return root.GetProperty("account_format").GetInt32() >= Format
                ? new AccountEntry(
                    DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("ended_before").GetInt64()),
                    DateTimeOffset.FromUnixTimeMilliseconds(root.TryGetProperty("last_sign_in", out JsonElement last) ? last.GetInt64() : 0),
                    root.TryGetProperty("newest", out JsonElement newest) ? newest.GetString() : null,
                    root.TryGetProperty("ended_on", out JsonElement ended) ? new DateTimeOffset(ended.GetInt64(), TimeSpan.Zero) : default)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    public override string ToString() => $"sessions since {EndedBefore:O}";
}
