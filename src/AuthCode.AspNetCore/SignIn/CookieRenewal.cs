using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthCode;

/// <summary>A cookie that is written again when the response begins, as the framework renews one: unless the user signs in or out meanwhile, in this request or, as far as this instance knows, in another tab.</summary>
/// <remarks>
/// Implementation note: the framework would write the claims of the user into a cookie that names the session alone, and would write the cookie of
/// a session that has ended since the request began over that of the new one.
/// </remarks>
internal sealed class CookieRenewal
{
    // In place of a renewal, also of one that would begin later: the cookie of before can be read only after the user has signed in or out.
    private static readonly object Canceled = new();

    private static readonly object DueKey = new();

    private readonly HttpContext _context;
    private readonly CookieAuthenticationOptions _options;
    private readonly AuthenticationTicket _ticket;

    private CookieRenewal(HttpContext context, CookieAuthenticationOptions options, AuthenticationTicket ticket)
    {
        _context = context;
        _options = options;
        _ticket = ticket;
    }

    /// <summary>Takes over the renewal of a cookie that names a session, as far as the framework can leave it.</summary>
    /// <returns>Whether it is taken over.</returns>
    internal static bool TryTakeOver(CookieSlidingExpirationContext cookie)
    {
        bool isTaken = cookie.Options.SessionStore is null && SessionReference.Of(cookie.Principal) is not null;
        if (isTaken)
        {
            // As the cookie has them: what an event changes without renewing the cookie is for one request.
            cookie.HttpContext.Items[(DueKey, cookie.Scheme.Name)] = new AuthenticationTicket(CloneOf(cookie.Principal!), cookie.Properties.Clone(), cookie.Scheme.Name);
        }

        return isTaken;
    }

    /// <summary>What a cookie held whose time has come to be written again; <see langword="null"/> if it has not.</summary>
    internal static AuthenticationTicket? DueOf(CookieValidatePrincipalContext cookie) => cookie.HttpContext.Items[(DueKey, cookie.Scheme.Name)] as AuthenticationTicket;

    /// <summary>Has a cookie written again after its validation, if it is due or an event of the application wants it.</summary>
    internal static void BeginIfDue(CookieValidatePrincipalContext cookie)
    {
        AuthenticationTicket? ticket = cookie.Principal is not { } principal ? null
            : cookie.ShouldRenew ? new AuthenticationTicket(CloneOf(principal), cookie.Properties, cookie.Scheme.Name)
            : DueOf(cookie);
        if (ticket is not null && cookie.Options.SessionStore is null && SessionReference.Of(ticket.Principal) is not null)
        {
            cookie.ShouldRenew = false;
            Begin(cookie, ticket.Principal, ticket.Properties);
        }
    }

    /// <summary>Has a cookie written for as long again.</summary>
    /// <param name="cookie">The cookie.</param>
    /// <param name="principal">What it will hold.</param>
    /// <param name="before">Its properties, with the times of before.</param>
    internal static void Begin(CookieValidatePrincipalContext cookie, ClaimsPrincipal principal, AuthenticationProperties before)
    {
        DateTimeOffset now = (cookie.Options.TimeProvider ?? TimeProvider.System).GetUtcNow();
        AuthenticationProperties properties = before.Clone();
        if (properties is { IssuedUtc: { } issuedOn, ExpiresUtc: { } expiresOn })
        {
            properties.ExpiresUtc = now + (expiresOn - issuedOn);
        }

        properties.IssuedUtc = now;
        HttpContext context = cookie.HttpContext;
        if (!context.Response.HasStarted && !ReferenceEquals(context.Items[KeyOf(cookie.Scheme.Name)], Canceled))
        {
            var renewal = new CookieRenewal(context, cookie.Options, new AuthenticationTicket(principal, properties, cookie.Scheme.Name));
            context.Items[KeyOf(cookie.Scheme.Name)] = renewal;
            context.Response.OnStarting(renewal.WriteAsync);
        }
    }

    /// <summary>Leaves the cookie of a scheme to a sign-in or a sign-out, for the rest of the request.</summary>
    internal static void Cancel(HttpContext context, string scheme) => context.Items[KeyOf(scheme)] = Canceled;

    private static (Type, string) KeyOf(string scheme) => (typeof(CookieRenewal), scheme);

    // Transformations of the claims add to the identities of the request.
    private static ClaimsPrincipal CloneOf(ClaimsPrincipal principal) => new(principal.Identities.Select(static identity => identity.Clone()));

    private async Task WriteAsync()
    {
        if (_context.Items[KeyOf(_ticket.AuthenticationScheme)] != this || !await MayWriteAsync().ConfigureAwait(false))
        {
            return;
        }

        byte[]? binding = _context.Features.Get<ITlsTokenBindingFeature>()?.GetProvidedTokenBindingId();
        CookieOptions cookie = _options.Cookie.Build(_context);
        cookie.Expires = _ticket.Properties.IsPersistent ? _ticket.Properties.ExpiresUtc?.ToUniversalTime() : null;
        _options.CookieManager.AppendResponseCookie(
            _context, _options.Cookie.Name!, _options.TicketDataFormat.Protect(_ticket, binding is null ? null : Convert.ToBase64String(binding)), cookie);
        IHeaderDictionary headers = _context.Response.Headers;
        headers.CacheControl = "no-cache,no-store";
        headers.Pragma = "no-cache";
        headers.Expires = "Thu, 01 Jan 1970 00:00:00 GMT";
    }

    // The request may have taken long. The user can have signed in or out in another tab, whose cookie this one would replace.
    private async Task<bool> MayWriteAsync()
    {
        try
        {
            return await SessionCheck.MayRenewAsync(_context, SessionReference.Of(_ticket.Principal)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
