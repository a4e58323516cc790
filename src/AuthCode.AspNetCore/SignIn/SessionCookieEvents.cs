using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>The events of a cookie as the application set them, and after its validation that of the session.</summary>
/// <param name="events">The application's events.</param>
/// <param name="type">Their type, if the application has them created for each request; <see langword="null"/> otherwise.</param>
internal sealed class SessionCookieEvents(CookieAuthenticationEvents events, Type? type) : CookieAuthenticationEvents
{
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        await Events(context.HttpContext).ValidatePrincipal(context).ConfigureAwait(false);
        await SessionCheck.CheckAsync(context).ConfigureAwait(false);
    }

    public override Task CheckSlidingExpiration(CookieSlidingExpirationContext context) => Events(context.HttpContext).CheckSlidingExpiration(context);

    public override Task SigningIn(CookieSigningInContext context) => Events(context.HttpContext).SigningIn(context);

    public override Task SignedIn(CookieSignedInContext context) => Events(context.HttpContext).SignedIn(context);

    public override Task SigningOut(CookieSigningOutContext context) => Events(context.HttpContext).SigningOut(context);

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) => Events(context.HttpContext).RedirectToLogin(context);

    public override Task RedirectToLogout(RedirectContext<CookieAuthenticationOptions> context) => Events(context.HttpContext).RedirectToLogout(context);

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) => Events(context.HttpContext).RedirectToAccessDenied(context);

    public override Task RedirectToReturnUrl(RedirectContext<CookieAuthenticationOptions> context) => Events(context.HttpContext).RedirectToReturnUrl(context);

    private CookieAuthenticationEvents Events(HttpContext context) =>
        type is null ? events : (CookieAuthenticationEvents)context.RequestServices.GetRequiredService(type);
}
