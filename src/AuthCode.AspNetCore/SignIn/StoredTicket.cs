using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>The claims of a user whose cookie names the session alone: they are kept with the session, and end with it.</summary>
/// <remarks>
/// Implementation note: this is no <see cref="ITicketStore"/>. At a sign-in, ASP.NET Core keeps the key of the ticket that the browser has
/// already, so whoever planted that cookie would share the session of the user. The key of a session is a new one at each sign-in.
/// </remarks>
internal static class StoredTicket
{
    // Stands in the cookie in place of the claims. Its value is their version, so that no instance goes on with older ones.
    private const string Marker = "authcode:ticket";

    // When the cookie was written, in its properties: an application that signs a user in again with those of before leaves their IssuedUtc.
    private const string WrittenItem = "authcode.written";

    private static readonly object FailureKey = new();
    private static readonly object RequiredKey = new();

    // A request does not wait for a token request of the session.
    private static readonly TimeSpan LongestRenewal = TimeSpan.FromSeconds(2);

    // Claims that no instance has stored for so long after the cookie was written are gone with the instance that had them.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>Lets the request fail if it needs a user whose claims cannot be read, now or by an authentication that follows.</summary>
    /// <exception cref="AuthenticationFailedException">The store did not respond.</exception>
    internal static async Task RequireAsync(HttpContext context, RequiredUser required)
    {
        foreach (UnreadClaims unread in UnreadOf(context))
        {
            if (await required.IsOfAsync(unread.CookieScheme).ConfigureAwait(false))
            {
                throw unread.Failure;
            }
        }

        context.Items[RequiredKey] = required;
    }

    /// <summary>Why the claims of this request's user could not be read; <see langword="null"/> if they could, or the user is of another scheme.</summary>
    internal static AuthenticationFailedException? FailureOf(HttpContext context, string scheme) =>
        UnreadOf(context).FirstOrDefault(unread => unread.Scheme == scheme)?.Failure;

    /// <summary>Whether the claims of a cookie's user are kept with the session.</summary>
    internal static bool IsStored(ClaimsPrincipal? user) => user?.HasClaim(IsMarker) == true;

    /// <summary>Keeps the claims with the session, if the scheme does so, and leaves its key to the cookie.</summary>
    internal static async Task KeepAsync(CookieSigningInContext cookie)
    {
        if (cookie.Principal is not { } principal || IsStored(principal) || SessionReference.Of(principal) is not { } session || !IsToBeStored(cookie, session))
        {
            return;
        }

        StoredTicketNotes notes = StoredTicketNotes.Of(cookie.HttpContext, cookie.Scheme.Name);
        await WriteAsync(cookie.HttpContext, notes, session, principal, CancellationToken.None).ConfigureAwait(false);
        notes.Kept = principal;
        NoteWritten(cookie.Properties, cookie.Options);
        cookie.Principal = KeyOf(principal, session, notes.VersionOf(session));
    }

    /// <summary>Shows the events of the application what <see cref="KeepAsync"/> has kept.</summary>
    internal static void Show(CookieSignedInContext cookie)
    {
        if (IsStored(cookie.Principal) && StoredTicketNotes.Of(cookie.HttpContext, cookie.Scheme.Name).Kept is { } principal && SessionReference.Of(principal) == SessionReference.Of(cookie.Principal))
        {
            cookie.Principal = principal;
        }
    }

    /// <summary>Reads the claims of a cookie that names the session alone.</summary>
    /// <exception cref="AuthenticationFailedException">The store did not respond, and a user is required.</exception>
    internal static async Task<StoredTicketFinding> ReadAsync(CookieValidatePrincipalContext cookie)
    {
        HttpContext context = cookie.HttpContext;
        if (cookie.Principal is not { } user || !IsStored(user) || SessionReference.Of(user) is not { } session)
        {
            return StoredTicketFinding.InCookie;
        }

        if (context.RequestServices.GetKeyedService<UserSessions>(session.Scheme) is not { } sessions)
        {
            return StoredTicketFinding.OfNoScheme;
        }

        try
        {
            // First, since it looks into the store once for a session that is not there.
            switch (await sessions.GetStatusAsync(session.Key, context.RequestAborted).ConfigureAwait(false))
            {
                case UserSessionStatus.Ended:
                    return StoredTicketFinding.Ended;
                case UserSessionStatus.Lost:
                    return StoredTicketFinding.Lost;
            }

            long version = long.TryParse(user.FindFirst(Marker)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long written) ? written : 0;
            if (await sessions.FindWithDataAsync(session.Key, version, context.RequestAborted).ConfigureAwait(false) is not { } found
                || Read(found.Data) is not { } claims || SessionReference.Of(claims) != session)
            {
                return StoredTicketFinding.Lost;
            }

            if (found.DataVersion < version)
            {
                // The store does not respond, or does not have yet what another instance could not store. A role that was taken away must not be back meanwhile.
                return TimeOf(cookie.Options).GetUtcNow() - WrittenOn(cookie.Properties) < LongestDelay
                    ? throw new AuthenticationFailedException("The claims of the user that the cookie names are on another instance, which could not store them yet. Try again in a moment.") { IsTransient = true }
                    : StoredTicketFinding.Lost;
            }

            StoredTicketNotes.Of(context, cookie.Scheme.Name).Note(session, found.Data, found.DataVersion);
            cookie.ReplacePrincipal(claims);
            return StoredTicketFinding.Read;
        }
        catch (AuthenticationFailedException e) when (e.IsTransient)
        {
            if (context.Items[RequiredKey] is RequiredUser required && await required.IsOfAsync(cookie.Scheme.Name).ConfigureAwait(false))
            {
                throw;
            }

            context.Items[FailureKey] = UnreadOf(context).Append(new UnreadClaims(session.Scheme, cookie.Scheme.Name, e)).ToArray();
            return StoredTicketFinding.Unavailable;
        }
    }

    /// <summary>Keeps claims that an event of the application has replaced while the cookie was validated, and has the cookie written anew, also if its time has come.</summary>
    internal static async Task RenewAsync(CookieValidatePrincipalContext cookie)
    {
        HttpContext context = cookie.HttpContext;
        StoredTicketNotes notes = StoredTicketNotes.Of(context, cookie.Scheme.Name);
        AuthenticationTicket? due = CookieRenewal.DueOf(cookie);
        AuthenticationProperties? properties = cookie.ShouldRenew ? cookie.Properties : due?.Properties;
        ClaimsPrincipal? principal = cookie.ShouldRenew ? cookie.Principal : due?.Principal;
        if (cookie.Principal is null || properties is null || principal is null || SessionReference.Of(principal) is not { } session)
        {
            return;
        }

        bool isChanged = cookie.ShouldRenew;

        // The framework would write the claims into the cookie.
        cookie.ShouldRenew = false;
        try
        {
            using var patience = new CancellationTokenSource(LongestRenewal, TimeOf(cookie.Options));
            if (isChanged)
            {
                await WriteAsync(context, notes, session, principal, patience.Token).ConfigureAwait(false);
            }

            NoteWritten(properties, cookie.Options);
            CookieRenewal.Begin(cookie, KeyOf(principal, session, notes.VersionOf(session)), properties);
        }
        catch (Exception e) when (e is OperationCanceledException or AuthenticationFailedException { IsTransient: true })
        {
            // This request has the claims, and the event has another chance with the next one.
            if (due is not null && SessionReference.Of(due.Principal) is { } named)
            {
                NoteWritten(due.Properties, cookie.Options);
                CookieRenewal.Begin(cookie, KeyOf(due.Principal, named, notes.VersionOf(named)), due.Properties);
            }

            Log.ClaimsNotKept(context.RequestServices.GetRequiredService<ILogger<AuthCodeHandler>>(), e.GetType().Name);
        }
    }

    private static IReadOnlyList<UnreadClaims> UnreadOf(HttpContext context) => context.Items[FailureKey] as UnreadClaims[] ?? [];

    private static TimeProvider TimeOf(CookieAuthenticationOptions cookie) => cookie.TimeProvider ?? TimeProvider.System;

    private static void NoteWritten(AuthenticationProperties properties, CookieAuthenticationOptions cookie) =>
        properties.SetString(WrittenItem, TimeOf(cookie).GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    private static DateTimeOffset? WrittenOn(AuthenticationProperties properties) =>
        long.TryParse(properties.GetString(WrittenItem), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : properties.IssuedUtc;

    // Compared with what this request has read: the memory can have older claims, and a change back to these is one.
    private static async Task WriteAsync(HttpContext context, StoredTicketNotes notes, SessionReference session, ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        byte[] claims = TicketSerializer.Default.Serialize(new AuthenticationTicket(principal, session.Scheme));
        if (notes.Has(session, claims))
        {
            return;
        }

        UserSessions sessions = context.RequestServices.GetRequiredKeyedService<UserSessions>(session.Scheme);
        try
        {
            // Of a session that has ended, the cookie is rejected when it comes.
            if (!await sessions.SetDataAsync(session.Key, claims, cancellationToken).ConfigureAwait(false) && await sessions.FindAsync(session.Key, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw new AuthenticationFailedException("The claims of the user cannot be kept with the session now: it was refused, or a later version of the application has stored it. Try again later.") { IsTransient = true };
            }
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException(
                $"The claims of the user take {claims.Length} bytes, which is more than can be kept with a session (AuthCodeOptions.TicketInStore). " +
                "Keep fewer: those of AuthCodeOptions.KeepClaims, or those that OnTicketReceived adds.", e);
        }

        notes.Note(session, claims, (await sessions.FindAsync(session.Key, cancellationToken).ConfigureAwait(false))?.DataVersion ?? 0);
    }

    private static ClaimsPrincipal? Read(ReadOnlyMemory<byte> claims)
    {
        try
        {
            return TicketSerializer.Default.Deserialize(claims.ToArray())?.Principal;
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ClaimsPrincipal KeyOf(ClaimsPrincipal principal, SessionReference session, long version)
    {
        ClaimsIdentity? source = principal.Identities.FirstOrDefault(static identity => identity.IsAuthenticated);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [.. SessionClaims.Of(session.Scheme, session.Key, principal.FindFirst(SessionClaims.AccountKey)?.Value ?? ""), new Claim(Marker, version.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64, session.Scheme)],
            source?.AuthenticationType ?? session.Scheme,
            source?.NameClaimType,
            source?.RoleClaimType));
    }

    // What the application copies to a cookie of its own stays there.
    private static bool IsToBeStored(CookieSigningInContext cookie, SessionReference session) =>
        cookie.HttpContext.RequestServices.GetKeyedService<UserSessions>(session.Scheme) is not null
        && cookie.HttpContext.RequestServices.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(session.Scheme) is { TicketInStore: true } options
        && options.SignInScheme == cookie.Scheme.Name;

    private static bool IsMarker(Claim claim) => claim.Type == Marker;

    private sealed record UnreadClaims(string Scheme, string CookieScheme, AuthenticationFailedException Failure);
}
