using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AuthCode;

/// <summary>A cookie that is written again when the response begins, as the framework renews one: unless the user signs in or out meanwhile.</summary>
/// <remarks>Implementation note: the framework would write the principal of the request, whose claims do not belong in this cookie.</remarks>
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

    private Task WriteAsync()
    {
        if (_context.Items[KeyOf(_ticket.AuthenticationScheme)] != this)
        {
            return Task.CompletedTask;
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
        return Task.CompletedTask;
    }
}
