using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>What a request knows of the claims of one cookie that are kept with the session. An event of one cookie can authenticate another one.</summary>
internal sealed class StoredTicketNotes
{
    private static readonly object Key = new();

    private SessionReference? _session;
    private ReadOnlyMemory<byte> _claims;
    private long _version;

    private StoredTicketNotes()
    {
    }

    /// <summary>The claims that this request has kept.</summary>
    internal ClaimsPrincipal? Kept { get; set; }

    /// <summary>The notes of a cookie.</summary>
    internal static StoredTicketNotes Of(HttpContext context, string cookieScheme)
    {
        (object, string) key = (Key, cookieScheme);
        if (context.Items[key] is not StoredTicketNotes notes)
        {
            context.Items[key] = notes = new StoredTicketNotes();
        }

        return notes;
    }

    /// <summary>Notes the claims of a session that were read or written, and their version, which never goes back.</summary>
    internal void Note(SessionReference session, ReadOnlyMemory<byte> claims, long version) => (_session, _claims, _version) = (session, claims, Math.Max(version, VersionOf(session)));

    /// <summary>Whether claims of a session are those that this request has read or written.</summary>
    internal bool Has(SessionReference session, ReadOnlySpan<byte> claims) => _session == session && _claims.Span.SequenceEqual(claims);

    /// <summary>The version of a session's claims; 0 if this request knows none.</summary>
    internal long VersionOf(SessionReference session) => _session == session ? _version : 0;
}
