using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuthCode;

/// <summary>One sign-in between the authorize request and its callback: the state, the nonce and the code verifier, bound to the user's browser by whoever keeps it.</summary>
/// <remarks>
/// Keep it on the server, or encrypted in a cookie of the browser that was redirected: whoever has it can finish this sign-in.
/// It serves one callback, within its lifetime. Members are safe for use by any number of threads.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AuthorizationTransaction
{
    private const int Version = 1;
    private const int LongestText = 16 * 1024;
    private int _isUsed;

    internal AuthorizationTransaction(
        string state, string nonce, string codeVerifier, string redirectUri, string clientId, string issuer, IReadOnlyList<string> scopes, DateTimeOffset expiresOn)
    {
        State = state;
        Nonce = nonce;
        CodeVerifier = codeVerifier;
        RedirectUri = redirectUri;
        ClientId = clientId;
        Authority = issuer;
        Scopes = scopes;
        ExpiresOn = expiresOn;
    }

    /// <summary>The state of the authorize request, which comes back with the callback: a key to keep the transaction under.</summary>
    public string State { get; }

    /// <summary>Until when a callback is taken.</summary>
    public DateTimeOffset ExpiresOn { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string Nonce { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string CodeVerifier { get; }

    internal string RedirectUri { get; }

    internal string ClientId { get; }

    /// <summary>The tenant's address at the authority that the user was sent to.</summary>
    internal string Authority { get; }

    internal IReadOnlyList<string> Scopes { get; }

    /// <summary>How old the user's authentication may be; <see langword="null"/> for any age.</summary>
    internal TimeSpan? MaxAge { get; init; }

    /// <summary>The authentication contexts of which the ID token must have one; empty for any.</summary>
    internal IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary>Whether the callback must name its issuer, since the server said that its answers do (RFC 9207 section 2.4).</summary>
    internal bool NeedsIssuer { get; init; }

    /// <summary>The transaction as text, for a store between two requests. It holds the code verifier: encrypt it wherever others can read.</summary>
    /// <returns>Letters, digits, <c>-</c> and <c>_</c>.</returns>
    public string Serialize()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("state", State);
            json.WriteString("nonce", Nonce);
            json.WriteString("verifier", CodeVerifier);
            json.WriteString("redirect", RedirectUri);
            json.WriteString("client", ClientId);
            json.WriteString("authority", Authority);
            json.WriteNumber("expires", ExpiresOn.ToUnixTimeMilliseconds());
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
    /// <exception cref="ArgumentException">The text was not written by <see cref="Serialize"/>; the message does not repeat it.</exception>
    public static AuthorizationTransaction Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            if (text.Length <= LongestText)
            {
                using JsonDocument document = JsonDocument.Parse(Base64UrlText.Decode(text));
                JsonElement root = document.RootElement;
                if (root.GetProperty("v").GetInt32() == Version)
                {
                    return new AuthorizationTransaction(
                        Text(root, "state"),
                        Text(root, "nonce"),
                        Text(root, "verifier"),
                        Text(root, "redirect"),
                        Text(root, "client"),
                        Text(root, "authority"),
                        Texts(root, "scopes"),
                        DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("expires").GetInt64()))
                    {
                        MaxAge = root.TryGetProperty("age", out JsonElement age) ? TimeSpan.FromSeconds(age.GetInt64()) : null,
                        AcrValues = Texts(root, "acr"),
                        NeedsIssuer = root.GetProperty("iss").GetBoolean(),
                    };
                }
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            // Said below, without the parser's words: they can quote the verifier.
        }

        throw new ArgumentException("The text must be what AuthorizationTransaction.Serialize returned.", nameof(text));
    }

    /// <summary>The authority and the lifetime, without what is secret.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"sign-in at {Authority} until {ExpiresOn:O}";

    /// <summary>Whether a state is this transaction's, compared in constant time.</summary>
    internal bool HasState(string state) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(State));

    /// <summary>Takes the transaction; it can be taken once.</summary>
    internal bool TryUse() => Interlocked.Exchange(ref _isUsed, 1) == 0;

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
