using System.Text.Json;

namespace AuthCode;

/// <summary>Whom an ID token is about: what must be the same in all ID tokens of a session (OpenID Connect Core section 12.2).</summary>
/// <param name="Issuer">Its issuer.</param>
/// <param name="Subject">The user at the issuer.</param>
/// <param name="ObjectId">Entra's id of the user, if it has one.</param>
internal sealed record TokenSubject(string Issuer, string Subject, string? ObjectId)
{
    /// <summary>Reads an ID token that came from the token endpoint over TLS; <see langword="null"/> when it is none.</summary>
    internal static TokenSubject? Of(string idToken)
    {
        string[] parts = idToken.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(Base64UrlText.Decode(parts[1]));
            return JsonShape.ProblemOf(json.RootElement) is null
                && TextOf(json.RootElement, "iss") is { } issuer
                && TextOf(json.RootElement, "sub") is { } subject
                    ? new TokenSubject(issuer, subject, TextOf(json.RootElement, "oid"))
                    : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether another ID token is about the same user. One that does not have Entra's id says nothing against it.</summary>
    internal bool IsSame(TokenSubject? other) =>
        other is not null && other.Issuer == Issuer && other.Subject == Subject && (other.ObjectId is null || ObjectId is null || other.ObjectId == ObjectId);

    public override string ToString() => $"a user of {Issuer}";

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
