using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>The claims of a user whose cookie names the session alone: they are kept with the session, and end with it.</summary>
/// <remarks>
/// Implementation note: this is no <see cref="ITicketStore"/>. At a sign-in, ASP.NET Core keeps the key of the ticket that the browser has
/// already, so whoever planted that cookie would share the session of the user. The key of a session is a new one at each sign-in.
/// </remarks>
internal static class StoredTicket
{
    // Stands in the cookie in place of the claims.
    private const string Marker = "authcode:ticket";

    private static readonly object ClaimsKey = new();
    private static readonly object FailureKey = new();
    private static readonly object RequiredKey = new();

    /// <summary>Lets the request fail if the claims of its user cannot be read, now or by an authentication that follows.</summary>
    /// <exception cref="AuthenticationFailedException">The store did not respond.</exception>
    internal static void Require(HttpContext context)
    {
        if (context.Items[FailureKey] is AuthenticationFailedException failure)
        {
            throw failure;
        }

        context.Items[RequiredKey] = true;
    }

    /// <summary>Keeps the claims with the session, if the scheme does so, and leaves its key to the cookie.</summary>
    internal static async Task KeepAsync(CookieSigningInContext cookie)
    {
        if (cookie.Principal is not { } principal || principal.HasClaim(IsMarker) || SessionReference.Of(principal) is not { } session || !IsStored(cookie, session))
        {
            return;
        }

        await WriteAsync(cookie.HttpContext, session, principal).ConfigureAwait(false);
        cookie.HttpContext.Items[ClaimsKey] = principal;
        cookie.Principal = KeyOf(principal, session);
    }

    /// <summary>Shows the events of the application what <see cref="KeepAsync"/> has kept.</summary>
    internal static void Show(CookieSignedInContext cookie)
    {
        if (cookie.Principal?.HasClaim(IsMarker) == true && cookie.HttpContext.Items[ClaimsKey] is ClaimsPrincipal principal && SessionReference.Of(principal) == SessionReference.Of(cookie.Principal))
        {
            cookie.Principal = principal;
        }
    }

    /// <summary>Reads the claims of a cookie that names the session alone.</summary>
    /// <returns>Whether the session goes on without them: another instance has lost them.</returns>
    internal static async Task<bool> IsLostAsync(CookieValidatePrincipalContext cookie)
    {
        HttpContext context = cookie.HttpContext;
        if (cookie.Principal?.HasClaim(IsMarker) != true || SessionReference.Of(cookie.Principal) is not { } session || context.RequestServices.GetKeyedService<UserSessions>(session.Scheme) is not { } sessions)
        {
            return false;
        }

        try
        {
            // First, since it looks into the store once for a session that is not there.
            if (await sessions.GetStatusAsync(session.Key, context.RequestAborted).ConfigureAwait(false) is UserSessionStatus.Ended or UserSessionStatus.Lost)
            {
                return false;
            }

            if (await sessions.FindAsync(session.Key, context.RequestAborted).ConfigureAwait(false) is { } found)
            {
                ClaimsPrincipal? principal = Read(found.Data);
                if (principal is null || SessionReference.Of(principal) != session)
                {
                    return true;
                }

                cookie.ReplacePrincipal(principal);
            }
        }
        catch (AuthenticationFailedException e) when (e.IsTransient && !context.Items.ContainsKey(RequiredKey))
        {
            context.Items[FailureKey] = e;
        }

        return false;
    }

    /// <summary>Keeps claims that an event of the application has replaced while the cookie was validated.</summary>
    internal static async Task RenewAsync(CookieValidatePrincipalContext cookie)
    {
        if (cookie is { ShouldRenew: true, Principal: { } principal } && SessionReference.Of(principal) is { } session)
        {
            await WriteAsync(cookie.HttpContext, session, principal).ConfigureAwait(false);

            // The framework would write the claims into the cookie.
            cookie.ShouldRenew = false;
        }
    }

    private static async Task WriteAsync(HttpContext context, SessionReference session, ClaimsPrincipal principal)
    {
        byte[] claims = TicketSerializer.Default.Serialize(new AuthenticationTicket(principal, session.Scheme));
        try
        {
            // Of a session that has ended, the cookie is rejected when it comes.
            await context.RequestServices.GetRequiredKeyedService<UserSessions>(session.Scheme).SetDataAsync(session.Key, claims, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException(
                $"The claims of the user take {claims.Length} bytes, which is more than can be kept with a session (AuthCodeOptions.TicketInStore). " +
                "Keep fewer: those of AuthCodeOptions.KeepClaims, or those that OnTicketReceived adds.", e);
        }
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

    private static ClaimsPrincipal KeyOf(ClaimsPrincipal principal, SessionReference session)
    {
        ClaimsIdentity? source = principal.Identities.FirstOrDefault(static identity => identity.IsAuthenticated);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [.. SessionClaims.Of(session.Scheme, session.Key, principal.FindFirst(SessionClaims.AccountKey)?.Value ?? ""), new Claim(Marker, "", ClaimValueTypes.String, session.Scheme)],
            source?.AuthenticationType ?? session.Scheme,
            source?.NameClaimType,
            source?.RoleClaimType));
    }

    // What the application copies to a cookie of its own stays there.
    private static bool IsStored(CookieSigningInContext cookie, SessionReference session) =>
        cookie.HttpContext.RequestServices.GetKeyedService<UserSessions>(session.Scheme) is not null
        && cookie.HttpContext.RequestServices.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(session.Scheme) is { TicketInStore: true } options
        && options.SignInScheme == cookie.Scheme.Name;

    private static bool IsMarker(Claim claim) => claim.Type == Marker;
}
