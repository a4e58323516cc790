using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>Whom an ID token is about, and how the user signed in: what all ID tokens of a session are compared by (OpenID Connect Core section 12.2).</summary>
/// <param name="Issuer">Its issuer.</param>
/// <param name="Subject">The user at the issuer.</param>
/// <param name="ObjectId">Entra's ID of the user, if it has one.</param>
/// <param name="AuthenticatedOn">When the user was authenticated, in whole seconds; <see langword="null"/> if it does not say.</param>
/// <param name="AuthorizedParty">The party that it was issued to (<c>azp</c>); <see langword="null"/> if it does not say.</param>
/// <param name="NonceHash">A hash of the nonce; zero if it has none.</param>
/// <param name="Audiences">Its audiences; <see langword="null"/> if the client is the only one.</param>
/// <param name="ServerSession">The session of the user at the issuer (<c>sid</c>), by which a sign-out there is told; <see langword="null"/> if it does not say.</param>
internal sealed record TokenSubject(
    string Issuer, string Subject, string? ObjectId = null, long? AuthenticatedOn = null, string? AuthorizedParty = null, ulong NonceHash = 0,
    IReadOnlyList<string>? Audiences = null, string? ServerSession = null)
{
    private const int LongestSubject = 255;
    private const int LongestServerSession = 1024;

    // In no key of Entra's form, and in the other form first where it separates.
    private const string Separator = "|";

    // What Azure AD B2C has in place of a subject unless its policies are changed.
    private const string NoSubject = "Not supported currently";

    // An instant before any other.
    private const long NoInstant = long.MinValue;

    /// <summary>Reads the ID token of a refresh, which came from the token endpoint over TLS; <see langword="null"/> if it is none.</summary>
    /// <param name="idToken">The ID token.</param>
    /// <param name="client">The client, for which it must be.</param>
    internal static TokenSubject? Of(string idToken, ClientId client)
    {
        // A claim of another type must not pass for one that is absent. Only the one user of the session can be meant, whatever the server.
        using IdTokenPayload? payload = IdTokenPayload.Read(idToken);
        TokenSubject? subject = payload is not null && payload.IsTextOrAbsent("azp") && payload.IsTextOrAbsent("nonce") ? Of(payload, client, canLackSubjects: true) : null;
        return subject is { AuthenticatedOn: null } && !payload!.IsAbsent("auth_time") ? subject with { AuthenticatedOn = NoInstant } : subject;
    }

    /// <summary>Reads the claims; <see langword="null"/> if they name no issuer, no subject that is an identifier, or another client.</summary>
    /// <param name="payload">The claims.</param>
    /// <param name="client">The client.</param>
    /// <param name="canLackSubjects">Whether the server can be Azure AD B2C, whose object ID then stands in the subject's place.</param>
    internal static TokenSubject? Of(IdTokenPayload payload, ClientId client, bool canLackSubjects)
    {
        string[] audiences = payload.Audiences();
        string? objectId = payload.Text("oid");
        string? subject = payload.Text("sub");
        if (canLackSubjects && subject?.StartsWith(NoSubject, StringComparison.OrdinalIgnoreCase) == true)
        {
            subject = objectId;
        }

        return payload.Text("iss") is { Length: > 0 } issuer && IsIdentifier(subject) && audiences.Contains(client.Value, StringComparer.Ordinal)
            ? new TokenSubject(
                issuer, subject, objectId, payload.Instant("auth_time")?.ToUnixTimeSeconds(), payload.Text("azp"), HashOf(payload.Text("nonce")),
                audiences.Length == 1 ? null : audiences, payload.Text("sid") is { Length: > 0 and <= LongestServerSession } session ? session : null)
            : null;
    }

    /// <summary>Whether another ID token of the session is about the same user, and about no earlier authentication. One that does not have Entra's ID says nothing against it.</summary>
    /// <param name="other">The ID token of a refresh.</param>
    /// <remarks>A later authentication is no other user's: Keycloak states that of its whole single sign-on session, which another client can renew.</remarks>
    internal bool IsSame(TokenSubject? other) =>
        other is not null && other.Issuer == Issuer && other.Subject == Subject && (other.ObjectId is null || ObjectId is null || other.ObjectId == ObjectId)
        && (other.AuthenticatedOn is null || AuthenticatedOn is null || other.AuthenticatedOn >= AuthenticatedOn)
        && other.AuthorizedParty == AuthorizedParty
        && (other.NonceHash == 0 || other.NonceHash == NonceHash)
        && (Audiences is null || (other.Audiences is { } others && Audiences.All(audience => others.Contains(audience, StringComparer.Ordinal))));

    /// <summary>The key to know the user by: <c>oid.tid</c> where Entra ID vouches for both, or else issuer and subject.</summary>
    /// <param name="homeTenant">The tenant of the user at Entra ID; <see langword="null"/> at any other server, whose claims of these names are its own.</param>
    internal string KeyOf(string? homeTenant) => homeTenant is not null && IsIdentifier(ObjectId) && !ObjectId.Contains(Separator, StringComparison.Ordinal)
        ? $"{ObjectId}.{homeTenant}"
        : $"{Issuer.Replace("%", "%25", StringComparison.Ordinal).Replace(Separator, "%7C", StringComparison.Ordinal)}{Separator}{Subject}";

    public override string ToString() => $"a user of {Issuer}";

    private static bool IsIdentifier([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= LongestSubject } && !text.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c));

    private static ulong HashOf(string? nonce) => nonce is null ? 0 : BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(nonce))) | 1;
}
