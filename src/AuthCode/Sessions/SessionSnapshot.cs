using System.Text.Json;

namespace AuthCode;

/// <summary>What must outlive the process, as one value: the refresh token, who the user is, and the access tokens. To bytes and back.</summary>
/// <remarks>
/// The bytes are UTF-8 JSON with a format number; they hold the tokens in clear, so whoever keeps them encrypts them. A snapshot
/// owns its secrets: disposing it wipes them.
/// </remarks>
internal sealed class SessionSnapshot : IDisposable
{
    /// <summary>The number of the format; bytes of another one are not read.</summary>
    internal const int Format = 1;

    private SessionSnapshot(SecretText? refreshToken, SessionFacts facts, IReadOnlyList<SnapshotToken> tokens, DateTimeOffset signedInOn, DateTimeOffset refreshedOn, SessionData? data)
    {
        Data = data;
        RefreshedOn = refreshedOn;
        SignedInOn = signedInOn;
        RefreshToken = refreshToken;
        Facts = facts;
        Tokens = tokens;
    }

    /// <summary>When the user signed in.</summary>
    internal DateTimeOffset SignedInOn { get; }

    /// <summary>When the refresh token was last used with success.</summary>
    internal DateTimeOffset RefreshedOn { get; }

    /// <summary>The refresh token; <see langword="null"/> if the server gave none.</summary>
    internal SecretText? RefreshToken { get; }

    internal SessionFacts Facts { get; }

    /// <summary>The access tokens that were valid when the snapshot was taken.</summary>
    internal IReadOnlyList<SnapshotToken> Tokens { get; }

    /// <summary>What the application keeps with the session; <see langword="null"/> if nothing.</summary>
    internal SessionData? Data { get; }

    internal static SessionSnapshot Of(
        SessionState state,
        IReadOnlyList<(TokenCacheKey Key, CachedToken Token)> tokens,
        DateTimeOffset signedInOn = default,
        DateTimeOffset refreshedOn = default,
        SessionData? data = null) => new(
        state is SessionState.Refreshable refreshable ? new SecretText(refreshable.RefreshToken.Utf8) : null,
        state.Facts,
        [.. tokens.Select(static entry => new SnapshotToken(entry.Key, entry.Token.Granted, entry.Token.ToAccessToken()))],
        signedInOn,
        refreshedOn,
        data);

    /// <summary>The snapshot as bytes; whoever gets them wipes them.</summary>
    internal byte[] ToBytes()
    {
        using var buffer = new PinnedBufferWriter();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format"u8, Format);
            json.WriteNumber("version"u8, Facts.Version);
            json.WriteNumber("sign_ins"u8, Facts.SignIns);
            json.WriteNumber("signed_in"u8, SignedInOn.ToUnixTimeMilliseconds());
            json.WriteNumber("refreshed"u8, RefreshedOn.ToUnixTimeMilliseconds());
            if (RefreshToken is not null)
            {
                json.WriteString("refresh_token"u8, RefreshToken.Utf8);
            }

            if (Facts.User?.Subject is { } subject)
            {
                json.WriteString("iss"u8, subject.Issuer);
                json.WriteString("sub"u8, subject.Subject);
                WriteUnlessNull(json, "oid", subject.ObjectId);
                WriteUnlessNull(json, "azp", subject.AuthorizedParty);
                WriteUnlessNull(json, "sid", subject.ServerSession);
                json.WriteNumber("nonce"u8, subject.NonceHash);
                if (subject.AuthenticatedOn is { } authenticatedOn)
                {
                    json.WriteNumber("auth_time"u8, authenticatedOn);
                }

                if (subject.Audiences is { } audiences)
                {
                    SnapshotToken.WriteAll(json, "aud", [.. audiences]);
                }
            }

            WriteUnlessNull(json, "account", Facts.User?.AccountKey);
            WriteUnlessNull(json, "sign_out_hint", Facts.User?.SignOutHint);
            WriteUnlessNull(json, "routing_hint", Facts.RoutingHint);
            if (Facts.Scopes is { } scopes)
            {
                SnapshotToken.WriteAll(json, "requested", scopes.Requested);
                SnapshotToken.WriteAll(json, "granted", scopes.Granted);
                json.WriteBoolean("narrowed"u8, Facts.HasNarrowed);
            }

            if (Data is not null)
            {
                json.WriteBase64String("data"u8, Data.Bytes);
                json.WriteNumber("data_version"u8, Data.Version);
            }

            json.WriteStartArray("tokens"u8);
            foreach (SnapshotToken token in Tokens)
            {
                token.Write(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>(buffer.Written.Length, pinned: true);
        buffer.Written.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; <see langword="null"/> if the bytes are something else, or of another format.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="pool">Has the texts that sessions have in common.</param>
    internal static SessionSnapshot? Read(ReadOnlyMemory<byte> bytes, TextPool pool)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            if (JsonShape.ProblemOf(root) is not null || root.GetProperty("format").GetInt32() != Format)
            {
                return null;
            }

            SessionUser? user = Text(root, "iss") is { } issuer && Text(root, "sub") is { } subject && Text(root, "account") is { } accountKey
                ? new SessionUser(new TokenSubject(
                    issuer,
                    subject,
                    Text(root, "oid"),
                    root.TryGetProperty("auth_time", out JsonElement authenticatedOn) ? authenticatedOn.GetInt64() : null,
                    Text(root, "azp"),
                    root.GetProperty("nonce").GetUInt64(),
                    root.TryGetProperty("aud", out _) ? SnapshotToken.Texts(root, "aud") : null,
                    Text(root, "sid")), accountKey, pool, Text(root, "sign_out_hint"))
                : null;
            bool hasScopes = root.TryGetProperty("granted", out _);
            var facts = new SessionFacts(
                user,
                hasScopes ? new ScopeGrant(pool.Share(SnapshotToken.Texts(root, "requested")), pool.Share(SnapshotToken.Texts(root, "granted"))) : null,
                Text(root, "routing_hint"),
                hasScopes && root.GetProperty("narrowed").GetBoolean(),
                root.GetProperty("version").GetInt64(),
                root.TryGetProperty("sign_ins", out JsonElement signIns) ? signIns.GetInt32() : 0);
            SnapshotToken[] tokens = [.. root.GetProperty("tokens").EnumerateArray().Select(token => SnapshotToken.Read(token, pool))];
            DateTimeOffset signedInOn = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("signed_in").GetInt64());

            // Entries of an earlier version do not say it.
            DateTimeOffset refreshedOn = root.TryGetProperty("refreshed", out JsonElement refreshed) ? DateTimeOffset.FromUnixTimeMilliseconds(refreshed.GetInt64()) : signedInOn;
            SessionData? data = root.TryGetProperty("data", out JsonElement kept) ? new SessionData(kept.GetBytesFromBase64(), root.GetProperty("data_version").GetInt64()) : null;
            return new SessionSnapshot(RefreshTokenIn(bytes.Span), facts, tokens, signedInOn, refreshedOn, data);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            // The parser's exception stays here: its text can quote a token.
            return null;
        }
    }

    public override string ToString() => $"session snapshot, {Facts}";

    public void Dispose() => RefreshToken?.Dispose();

    /// <summary>Whether bytes are of a later format than this one, which must not be overwritten.</summary>
    internal static bool IsLaterFormat(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.TryGetProperty("format", out JsonElement format) && format.TryGetInt32(out int number) && number > Format;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    // Not as a string, which could not be wiped.
    private static SecretText? RefreshTokenIn(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1 && json.ValueTextEquals("refresh_token"u8))
            {
                json.Read();
                return json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0 ? SecretText.Read(ref json) : throw new JsonException();
            }
        }

        return null;
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static void WriteUnlessNull(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
