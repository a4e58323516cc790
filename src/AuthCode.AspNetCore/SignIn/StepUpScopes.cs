using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>The scopes for which a user was sent to the authorization server after the sign-in: kept in the ticket, so that the next such request asks for them too.</summary>
/// <remarks>A new session has the scopes of its own request alone, except at Entra ID, where the consent of the user counts.</remarks>
internal static class StepUpScopes
{
    private const string Item = "authcode.scopes";

    // A cookie is small, and a page needs few.
    private const int Most = 20;

    /// <summary>Keeps the scopes of a ticket for the rest of the request.</summary>
    internal static void Note(HttpContext context, AuthenticationProperties ticket) => context.Items[typeof(StepUpScopes)] = ticket.GetString(Item);

    /// <summary>Adds the scopes of the ticket that the request brought to those that are wanted now, and has the next ticket keep all.</summary>
    internal static IReadOnlyList<string> Extend(HttpContext context, AuthenticationProperties properties, IReadOnlyList<string> wanted)
    {
        string[] before = (context.Items[typeof(StepUpScopes)] as string ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] all = [.. wanted.Union(before, StringComparer.Ordinal).Take(Math.Max(Most, wanted.Count))];
        properties.SetString(Item, string.Join(' ', all));
        return all;
    }
}
