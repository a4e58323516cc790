using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuthCode;

/// <summary>The <c>claims</c> field: the caller's claims (OpenID Connect Core section 5.5) joined with the client capability CP1.</summary>
/// <remarks>
/// CP1 says that the client can respond to the claims challenges of continuous access evaluation:
/// <see href="https://learn.microsoft.com/entra/identity-platform/claims-challenge">Entra's claims challenges</see>.
/// </remarks>
internal static class ClaimsRequest
{
    internal const int LongestClaims = 64 * 1024;
    private const int DeepestClaims = 16;
    private const string AccessTokenMember = "access_token";
    private const string NotBeforeMember = "nbf";
    private const string CapabilitiesMember = "xms_cc";
    private const string ValuesMember = "values";
    private const string CaeCapability = "CP1";
    private const string Cp1Alone = """{"access_token":{"xms_cc":{"values":["CP1"]}}}""";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The field's text, or <see langword="null"/> when there is nothing to ask for.</summary>
    /// <exception cref="AuthenticationFailedException">The claims are not a usable JSON object; they are not repeated in the message.</exception>
    /// <param name="claims">The caller's claims.</param>
    /// <param name="isCaeEnabled">Whether the capability is added.</param>
    /// <param name="isRevocation">Whether the claims ask for a token that was issued after an instant (<c>nbf</c>): those before it have been revoked.</param>
    internal static string? Merge(string? claims, bool isCaeEnabled, out bool isRevocation)
    {
        isRevocation = false;
        if (string.IsNullOrEmpty(claims))
        {
            return isCaeEnabled ? Cp1Alone : null;
        }

        using JsonDocument document = Parse(claims);
        isRevocation = Member(AccessTokenOf(document.RootElement), NotBeforeMember) is not null;
        return isCaeEnabled ? WithCapability(document.RootElement) : claims;
    }

    private static JsonDocument Parse(string claims)
    {
        if (claims.Length > LongestClaims)
        {
            throw Malformed($"They are longer than {LongestClaims / 1024} KiB.", nameof(claims));
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(claims, new JsonDocumentOptions { MaxDepth = DeepestClaims });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // The parser's exception stays here: its text can quote the claims.
            throw Malformed("They are not JSON.", nameof(claims));
        }

        string? problem = JsonShape.ProblemOf(document.RootElement);
        problem ??= AccessTokenOf(document.RootElement) is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) }
            ? "Their access_token member is not an object."
            : null;
        if (problem is null)
        {
            return document;
        }

        document.Dispose();
        throw Malformed(problem, nameof(claims));
    }

    private static JsonElement? AccessTokenOf(JsonElement claims) =>
        claims.TryGetProperty(AccessTokenMember, out JsonElement member) ? member : null;

    private static string WithCapability(JsonElement claims)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(AccessTokenMember);
            JsonElement? accessToken = AccessTokenOf(claims);
            WriteCapabilities(writer, Member(accessToken, CapabilitiesMember));
            WriteOthers(writer, accessToken, CapabilitiesMember);
            writer.WriteEndObject();
            WriteOthers(writer, claims, AccessTokenMember);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteCapabilities(Utf8JsonWriter writer, JsonElement? capabilities)
    {
        writer.WriteStartObject(CapabilitiesMember);
        writer.WriteStartArray(ValuesMember);
        bool has = false;
        if (Member(capabilities, ValuesMember) is { ValueKind: JsonValueKind.Array } values)
        {
            foreach (JsonElement value in values.EnumerateArray())
            {
                has |= value.ValueKind == JsonValueKind.String && value.ValueEquals(CaeCapability);
                value.WriteTo(writer);
            }
        }

        if (!has)
        {
            writer.WriteStringValue(CaeCapability);
        }

        writer.WriteEndArray();
        WriteOthers(writer, capabilities, ValuesMember);
        writer.WriteEndObject();
    }

    private static void WriteOthers(Utf8JsonWriter writer, JsonElement? parent, string except)
    {
        if (parent is not { ValueKind: JsonValueKind.Object } members)
        {
            return;
        }

        foreach (JsonProperty member in members.EnumerateObject())
        {
            if (!member.NameEquals(except))
            {
                member.WriteTo(writer);
            }
        }
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out JsonElement member) ? member : null;

    private static AuthenticationFailedException Malformed(string problem, string parameterName) => Failures.ClaimsMalformed(
        new ArgumentException($"The claims must be a JSON object. {problem}", parameterName)).ToException();
}
