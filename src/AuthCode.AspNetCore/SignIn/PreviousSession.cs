using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>A session that a browser has already, and that a sign-in replaces.</summary>
/// <param name="Session">The session.</param>
/// <param name="AccountKey">The account; <see langword="null"/> if the claims do not name it.</param>
internal sealed record PreviousSession(SessionReference Session, string? AccountKey)
{
    // In the protected properties of a sign-in: the response can come without the cookie of the session, for example as a form from another site.
    private const string Item = "authcode.previous";
    private const char Separator = '\n';

    /// <summary>The sessions that a sign-in by a scheme would replace, as far as the cookies of the request name them.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scheme">The scheme of the sign-in.</param>
    /// <param name="signInScheme">The scheme whose cookie the sign-in writes.</param>
    internal static async Task<IReadOnlyList<PreviousSession>> OfAsync(HttpContext context, string scheme, string? signInScheme)
    {
        List<PreviousSession> found = [];
        AuthenticateResult written = await context.AuthenticateAsync(signInScheme).ConfigureAwait(false);
        Add(found, Of(written.Principal) ?? SessionCheck.RejectedBy(context, signInScheme));

        // An application can copy the claims to a cookie of its own, as ASP.NET Core Identity does. What another scheme keeps there is not replaced.
        string? standard = (await context.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync().ConfigureAwait(false))?.Name;
        AuthenticateResult? copied = standard is null || standard == signInScheme || standard == scheme ? null : await context.AuthenticateAsync(standard).ConfigureAwait(false);
        foreach (ClaimsPrincipal? user in new[] { copied?.Principal, context.User })
        {
            Add(found, Of(user) is { } previous && previous.Session.Scheme == scheme ? previous : null);
        }

        return found;
    }

    /// <summary>Keeps the sessions in the properties of a sign-in.</summary>
    internal static void Keep(AuthenticationProperties properties, IEnumerable<PreviousSession> sessions)
    {
        string text = string.Join(Separator, sessions.SelectMany(static previous => new[] { previous.Session.Scheme, previous.Session.Key, previous.AccountKey ?? "" }));
        properties.SetString(Item, text.Length == 0 ? null : text);
    }

    /// <summary>Takes the sessions out of the properties of a sign-in.</summary>
    internal static IReadOnlyList<PreviousSession> Take(AuthenticationProperties properties)
    {
        string[] parts = (properties.GetString(Item) ?? "").Split(Separator);
        properties.Items.Remove(Item);
        List<PreviousSession> sessions = [];
        for (int i = 0; i + 2 < parts.Length; i += 3)
        {
            Add(sessions, new PreviousSession(new SessionReference(parts[i], parts[i + 1]), parts[i + 2] is { Length: > 0 } account ? account : null));
        }

        return sessions;
    }

    public override string ToString() => Session.ToString();

    /// <summary>The session that the claims of a user name; <see langword="null"/> for none.</summary>
    internal static PreviousSession? Of(ClaimsPrincipal? user) =>
        SessionReference.Of(user) is { } session ? new PreviousSession(session, user?.FindFirst(SessionClaims.AccountKey)?.Value) : null;

    private static void Add(List<PreviousSession> sessions, PreviousSession? session)
    {
        if (session is not null && !sessions.Contains(session))
        {
            sessions.Add(session);
        }
    }
}
