using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthCode;

/// <summary>A cookie that is written again when the response begins, as the framework renews one: unless the user signs in or out meanwhile, here or in another tab.</summary>
/// <remarks>
/// Implementation note: the framework would write the principal of the request, whose claims do not belong in a cookie that names the session alone,
/// and would write the cookie of a session that has ended since the request began over that of the new one.
/// </remarks>
internal sealed class CookieRenewal
{
    // In place of a renewal, also of one that would begin later: the cookie of before can be read only after the user has signed in or out.
    private static readonly object Canceled = new();

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
            cookie.HttpContext.Items[DueKeyOf(cookie.Scheme.Name)] = true;
        }

        return isTaken;
    }

    /// <summary>Whether the time has come to write a cookie again.</summary>
    internal static bool IsDue(HttpContext context, string scheme) => context.Items.ContainsKey(DueKeyOf(scheme));

    /// <summary>Has a cookie written again after its validation, if it is due or an event of the application wants it.</summary>
    /// <param name="cookie">The cookie.</param>
    /// <param name="held">What a cookie that is due held before the validation: what an event changes without renewing the cookie is for one request. <see langword="null"/> for one that is not due.</param>
    internal static void BeginIfDue(CookieValidatePrincipalContext cookie, ClaimsPrincipal? held)
    {
        ClaimsPrincipal? principal = cookie.ShouldRenew ? cookie.Principal : held;
        if (cookie.Principal is not null && cookie.Options.SessionStore is null && principal is not null && SessionReference.Of(principal) is not null)
        {
            cookie.ShouldRenew = false;
            Begin(cookie, principal, (cookie.Options.TimeProvider ?? TimeProvider.System).GetUtcNow());
        }
    }

    /// <summary>Has a cookie written for as long again.</summary>
    /// <param name="cookie">The cookie.</param>
    /// <param name="principal">What it will hold.</param>
    /// <param name="now">The time.</param>
    internal static void Begin(CookieValidatePrincipalContext cookie, ClaimsPrincipal principal, DateTimeOffset now)
    {
        AuthenticationProperties properties = cookie.Properties.Clone();
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

    private static (Type, string, bool) DueKeyOf(string scheme) => (typeof(CookieRenewal), scheme, true);

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
