using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Adds the check of the session to all cookies of the application. One without a session costs the search for a claim.</summary>
internal sealed class ConfigureSessionCookies : IPostConfigureOptions<CookieAuthenticationOptions>
{
    public void PostConfigure(string? name, CookieAuthenticationOptions options)
    {
        options.Events = new SessionCookieEvents(options.Events, options.EventsType);
        options.EventsType = null;
    }
}
