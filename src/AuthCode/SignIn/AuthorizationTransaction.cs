using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AuthCode;

/// <summary>Represents a sign-in between the authorize request and its response: the state, the nonce and the code verifier, which the service binds to the browser.</summary>
/// <remarks>
/// Keep it on the server, or encrypted in a cookie of the browser that was redirected: whoever has it can complete this sign-in.
/// It serves one response in a process, within its lifetime, also if it is read several times. All members are safe for use by any number of threads.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AuthorizationTransaction
{
    private const int Version = 1;
    /// <summary>The longest text that is read; a longer one is not made.</summary>
    internal const int LongestText = 16 * 1024;

    private readonly AuthorizationState _state;
    private int _isUsed;

    internal AuthorizationTransaction(
        AuthorizationState state,
        Nonce nonce,
        CodeVerifier codeVerifier,
        RedirectUri redirectUri,
        ClientId clientId,
        string authority,
        IReadOnlyList<string> scopes,
        DateTimeOffset expiresOn)
    {
        _state = state;
        Nonce = nonce;
        CodeVerifier = codeVerifier;
        RedirectUri = redirectUri;
        ClientId = clientId;
        Authority = authority;
        Scopes = scopes;
        ExpiresOn = expiresOn;
    }

    /// <summary>Gets the state of the authorize request, which comes back with the response: a key to keep the transaction under.</summary>
    public string State => _state.Value;

    /// <summary>Gets the time after which a response is refused.</summary>
    public DateTimeOffset ExpiresOn { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal Nonce Nonce { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal CodeVerifier CodeVerifier { get; }

    internal RedirectUri RedirectUri { get; }

    internal ClientId ClientId { get; }

    /// <summary>The tenant's address at the authority that the user was sent to.</summary>
    internal string Authority { get; }

    internal IReadOnlyList<string> Scopes { get; }

    /// <summary>When the sign-in began; <see langword="null"/> if an earlier version of this library wrote the transaction, which did not say.</summary>
    internal DateTimeOffset? StartedOn { get; init; }

    /// <summary>How old the user's authentication may be when the sign-in begins; <see langword="null"/> for any age.</summary>
    internal TimeSpan? MaxAge { get; init; }

    /// <summary>The authentication contexts of which the ID token must have one; empty for any.</summary>
    internal IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary>Whether the callback must name its issuer, since the server states that its responses do (RFC 9207 section 2.4).</summary>
    internal bool NeedsIssuer { get; init; }

    /// <summary>Returns the transaction as text, to be stored between two requests. It holds the code verifier, so encrypt it wherever others can read it.</summary>
    /// <returns>Letters, digits, <c>-</c> and <c>_</c>.</returns>
    public string Serialize()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("state", State);
            json.WriteString("nonce", Nonce.Value);
            json.WriteString("verifier", CodeVerifier.Value);
            json.WriteString("redirect", RedirectUri.Value);
            json.WriteString("client", ClientId.Value);
            json.WriteString("authority", Authority);
            json.WriteNumber("expires", ExpiresOn.ToUnixTimeMilliseconds());
            if (StartedOn is { } start)
            {
                json.WriteNumber("start", start.ToUnixTimeMilliseconds());
            }

            if (MaxAge is { } age)
            {
                json.WriteNumber("age", (long)age.TotalSeconds);
            }

            json.WriteBoolean("iss", NeedsIssuer);
            Write(json, "acr", AcrValues);
            Write(json, "scopes", Scopes);
            json.WriteEndObject();
        }

        return Base64UrlText.Encode(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The transaction.</returns>
    /// <exception cref="ArgumentNullException">The text is <see langword="null"/>.</exception>
    /// <exception cref="FormatException">The text was not written by <see cref="Serialize"/>; the message does not repeat it.</exception>
    public static AuthorizationTransaction Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out AuthorizationTransaction? transaction)
            ? transaction
            : throw new FormatException("The text must be what AuthorizationTransaction.Serialize returned.");
    }

    /// <summary>Reads what <see cref="Serialize"/> wrote, such as a cookie that a browser may have lost or changed.</summary>
    /// <param name="text">The text; <see langword="null"/> is no transaction.</param>
    /// <param name="transaction">The transaction; <see langword="null"/> if the text was not written by <see cref="Serialize"/>.</param>
    /// <returns>Whether the text is a transaction.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AuthorizationTransaction? transaction)
    {
        transaction = null;
        if (text is null or { Length: > LongestText })
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(Base64UrlText.Decode(text));
            JsonElement root = document.RootElement;
            transaction = root.GetProperty("v").GetInt32() == Version ? Read(root) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            // Nothing of it is passed on: the parser's words can quote the verifier.
        }

        return transaction is not null;
    }

    /// <summary>Returns the authority and the lifetime, without anything secret.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"sign-in at {Authority} until {ExpiresOn:O}";

    /// <summary>Whether a state is this transaction's.</summary>
    internal bool HasState(string state) => _state.IsSameAs(state);

    /// <summary>Whether the transaction, or another instance of it in this process, has been taken.</summary>
    internal bool IsUsed => Volatile.Read(ref _isUsed) != 0 || SpentSignIns.Shared.Contains(State);

    /// <summary>Takes the transaction; it can be taken once, however often it is read.</summary>
    internal bool TryUse(DateTimeOffset now) => Interlocked.Exchange(ref _isUsed, 1) == 0 && SpentSignIns.Shared.TryTake(State, ExpiresOn, now);

    /// <summary>Whether this process has marked the transaction as taken for all instances before, and given it back.</summary>
    internal bool IsMarked => SpentSignIns.Shared.IsMarked(State);

    /// <summary>Gives the transaction back, whose code was not sent.</summary>
    /// <param name="isMarked">Whether the store has the mark of this process, so that the call that is repeated needs no other one.</param>
    internal void Release(bool isMarked)
    {
        SpentSignIns.Shared.Release(State, ExpiresOn, isMarked);
        Volatile.Write(ref _isUsed, 0);
    }

    private static AuthorizationTransaction Read(JsonElement root) => new(
        new AuthorizationState(Text(root, "state")),
        new Nonce(Text(root, "nonce")),
        CodeVerifier.Parse(Text(root, "verifier"), nameof(root)),
        RedirectUri.Parse(Text(root, "redirect")),
        ClientId.Parse(Text(root, "client")),
        Text(root, "authority"),
        Texts(root, "scopes"),
        DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("expires").GetInt64()))
    {
        StartedOn = root.TryGetProperty("start", out JsonElement start) ? DateTimeOffset.FromUnixTimeMilliseconds(start.GetInt64()) : null,
        MaxAge = root.TryGetProperty("age", out JsonElement age) ? TimeSpan.FromSeconds(age.GetInt64()) : null,
        AcrValues = Texts(root, "acr"),
        NeedsIssuer = root.GetProperty("iss").GetBoolean(),
    };

    private static string Text(JsonElement root, string name) =>
        root.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new JsonException();

    private static string[] Texts(JsonElement root, string name) =>
        [.. root.GetProperty(name).EnumerateArray().Select(static text => text.GetString() ?? throw new JsonException())];

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
