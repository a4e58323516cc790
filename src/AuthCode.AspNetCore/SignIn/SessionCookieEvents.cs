using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>The events of a cookie as the application set them, and after its validation that of the session.</summary>
internal sealed class SessionCookieEvents : CookieAuthenticationEvents
{
    private static readonly object WrittenKey = new();

    private readonly CookieAuthenticationEvents _events;
    private readonly Type? _type;

    /// <param name="events">The application's events.</param>
    /// <param name="type">Their type, if the application has them created for each request; <see langword="null"/> otherwise.</param>
    internal SessionCookieEvents(CookieAuthenticationEvents events, Type? type)
    {
        _events = events;
        _type = type;

        // As properties, so that one that is set later takes effect.
        OnValidatePrincipal = context => Events(context.HttpContext).ValidatePrincipal(context);
        OnCheckSlidingExpiration = context => Events(context.HttpContext).CheckSlidingExpiration(context);
        OnSigningIn = context => Events(context.HttpContext).SigningIn(context);
        OnSignedIn = context => Events(context.HttpContext).SignedIn(context);
        OnSigningOut = context => Events(context.HttpContext).SigningOut(context);
        OnRedirectToLogin = context => Events(context.HttpContext).RedirectToLogin(context);
        OnRedirectToLogout = context => Events(context.HttpContext).RedirectToLogout(context);
        OnRedirectToAccessDenied = context => Events(context.HttpContext).RedirectToAccessDenied(context);
        OnRedirectToReturnUrl = context => Events(context.HttpContext).RedirectToReturnUrl(context);
    }

    public override async Task SigningIn(CookieSigningInContext context)
    {
        CookieRenewal.Cancel(context.HttpContext, context.Scheme.Name);
        await base.SigningIn(context).ConfigureAwait(false);
        await StoredTicket.KeepAsync(context).ConfigureAwait(false);
    }

    /// <summary>Whether the response has a cookie that names a session.</summary>
    internal static bool HasWritten(HttpContext context, SessionReference session) =>
        context.Items.Any(item => item is { Key: (object kind, string _), Value: SessionReference written } && kind == WrittenKey && written == session);

    public override async Task SignedIn(CookieSignedInContext context)
    {
        // Also if it is null: the cookie takes the place of that which this response had before.
        context.HttpContext.Items[(WrittenKey, context.Scheme.Name)] = SessionReference.Of(context.Principal);
        StoredTicket.Show(context);
        await base.SignedIn(context).ConfigureAwait(false);
    }

    public override Task SigningOut(CookieSigningOutContext context)
    {
        CookieRenewal.Cancel(context.HttpContext, context.Scheme.Name);
        context.HttpContext.Items.Remove((WrittenKey, context.Scheme.Name));
        return base.SigningOut(context);
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (SessionCheck.TryRejectKeyOfNoTicket(context))
        {
            return;
        }

        // The events of the application see no user whose claims are not there.
        switch (await StoredTicket.ReadAsync(context).ConfigureAwait(false))
        {
            case StoredTicketFinding.OfNoScheme:
                context.RejectPrincipal();
                break;
            case StoredTicketFinding.Ended:
                SessionCheck.RejectEnded(context);
                break;
            case StoredTicketFinding.Lost:
                SessionCheck.RejectLost(context);
                break;
            case StoredTicketFinding.Unavailable:
                SessionCheck.RejectUnread(context);
                break;
            case StoredTicketFinding.Read:
                await CheckAsync(context).ConfigureAwait(false);
                await StoredTicket.RenewAsync(context).ConfigureAwait(false);
                break;
            default:
                await CheckAsync(context).ConfigureAwait(false);
                CookieRenewal.BeginIfDue(context);
                break;
        }
    }

    private async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        await base.ValidatePrincipal(context).ConfigureAwait(false);
        await SessionCheck.CheckAsync(context).ConfigureAwait(false);
    }

    // The framework decides this before the validation, and would send the cookie of a session that has ended after that of a new one.
    public override async Task CheckSlidingExpiration(CookieSlidingExpirationContext context)
    {
        await base.CheckSlidingExpiration(context).ConfigureAwait(false);
        context.ShouldRenew = context.ShouldRenew && !CookieRenewal.TryTakeOver(context)
            && await SessionCheck.MayRenewAsync(context.HttpContext, SessionReference.Of(context.Principal)).ConfigureAwait(false);
    }

    private CookieAuthenticationEvents Events(HttpContext context) =>
        _type is null ? _events : (CookieAuthenticationEvents)context.RequestServices.GetRequiredService(_type);
}
