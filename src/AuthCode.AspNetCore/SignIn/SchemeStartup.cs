using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Checks the schemes when the host starts, so that a mistake is told then and not at the first sign-in.</summary>
/// <param name="schemes">All schemes of the application.</param>
/// <param name="options">Their settings.</param>
/// <param name="cookies">The settings of the cookies that they write.</param>
internal sealed class SchemeStartup(IAuthenticationSchemeProvider schemes, IOptionsMonitor<AuthCodeOptions> options, IOptionsMonitor<CookieAuthenticationOptions> cookies) : IHostedService
{
    /// <exception cref="InvalidOperationException">A setting is not usable, or two schemes have one path.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var paths = new Dictionary<PathString, (string Scheme, string Setting)>();
        foreach (AuthenticationScheme scheme in await schemes.GetAllSchemesAsync().ConfigureAwait(false))
        {
            if (scheme.HandlerType != typeof(AuthCodeHandler))
            {
                continue;
            }

            AuthCodeOptions settings = options.Get(scheme.Name);
            settings.Validate(scheme.Name);
            if (settings.SignInScheme is { } signIn && (await schemes.GetSchemeAsync(signIn).ConfigureAwait(false))?.HandlerType.IsAssignableTo(typeof(CookieAuthenticationHandler)) == true)
            {
                CheckCookie(signIn, cookies.Get(signIn));
            }

            else if (settings.TicketInStore)
            {
                throw new InvalidOperationException(
                    $"AuthCodeOptions.TicketInStore of the scheme '{scheme.Name}' needs the scheme of a cookie in SignInScheme, and '{settings.SignInScheme}' is none: the claims would be in the cookie nevertheless. " +
                    "Set SignInScheme to the scheme of the cookie itself, such as \"Cookies\", and not to one that forwards to it.");
            }

            foreach ((PathString path, string setting) in PathsOf(settings))
            {
                if (!paths.TryAdd(path, (scheme.Name, setting)) && (setting != paths[path].Setting || !CanBeShared(setting)))
                {
                    throw new InvalidOperationException(
                        $"The authentication schemes '{paths[path].Scheme}' and '{scheme.Name}' both have the path {path}, and a response would be taken by the wrong one. " +
                        "Set CallbackPath and SignedOutCallbackPath of one of them to paths of its own, and register these at the authorization server.");
                }
            }
        }
    }

    private static void CheckCookie(string scheme, CookieAuthenticationOptions cookie)
    {
        if (cookie.SessionStore is not null)
        {
            throw new InvalidOperationException(
                $"CookieAuthenticationOptions.SessionStore of the scheme '{scheme}' is set. At a sign-in, ASP.NET Core keeps the key of the ticket that the browser has already, " +
                "so whoever planted that cookie would share the session of the user. Leave SessionStore unset: the cookie of AuthCode holds no token and stays small.");
        }

        if (cookie.Cookie.SameSite == SameSiteMode.Strict)
        {
            throw new InvalidOperationException(
                $"CookieAuthenticationOptions.Cookie.SameSite of the scheme '{scheme}' must not be Strict: after a sign-in the browser comes from another site and would not send the cookie, so the sign-in would begin again. Leave it at Lax.");
        }

        if (cookie.Events is not SessionCookieEvents || cookie.EventsType is not null)
        {
            throw new InvalidOperationException(
                $"CookieAuthenticationOptions.Events or EventsType of the scheme '{scheme}' was replaced by a PostConfigure, so that no request would look whether its session goes on. Set it by Configure, before AuthCode adds its check.");
        }
    }

    private static IEnumerable<(PathString Path, string Setting)> PathsOf(AuthCodeOptions settings) => new[]
    {
        (settings.CallbackPath, nameof(settings.CallbackPath)), (settings.SignedOutCallbackPath, nameof(settings.SignedOutCallbackPath)),
        (settings.RemoteSignOutPath, nameof(settings.RemoteSignOutPath)), (settings.BackchannelLogoutPath, nameof(settings.BackchannelLogoutPath)),
    }.Where(static entry => entry.Item1.HasValue);

    // What the server tells of says whom it is for.
    private static bool CanBeShared(string setting) => setting is nameof(AuthCodeOptions.RemoteSignOutPath) or nameof(AuthCodeOptions.BackchannelLogoutPath);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
