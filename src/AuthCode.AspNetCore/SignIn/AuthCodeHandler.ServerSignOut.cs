using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace AuthCode;

/// <content>Sign-outs that the authorization server tells of.</content>
public sealed partial class AuthCodeHandler
{
    private const string ServerSession = "sid";
    private const string Issuer = "iss";
    private const string LogoutToken = "logout_token";
    private const string FormType = "application/x-www-form-urlencoded";

    // In octets. A logout token has about one or two thousand.
    private const int LongestLogoutRequest = 128 * 1024;
    private const int MostLogoutFields = 16;

    /// <summary>Ends the sessions of a session at the server, whether or not a cookie comes with the request: a browser sends none to a frame of another site.</summary>
    private async Task HandleFrontChannelLogoutAsync()
    {
        Response.Headers.CacheControl = "no-cache, no-store";
        Response.Headers.Pragma = "no-cache";
        if (Request.Query[ServerSession] is not [{ Length: > 0 } session] || Request.Query[Issuer].Count > 1)
        {
            Log.ServerSignOutFailed(Logger, "the request does not name one session (sid)");
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        string? issuer = Request.Query[Issuer] is [{ } named] ? named : null;
        foreach (string scheme in await SchemesAsync(static options => options.RemoteSignOutPath).ConfigureAwait(false))
        {
            try
            {
                await SessionsOf(scheme).EndByServerSessionAsync(issuer, session, CancellationToken.None).ConfigureAwait(false);
            }
            catch (AuthenticationFailedException e)
            {
                Log.ServerSignOutFailed(Logger, e.Message);
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            }

            await SignOutIfEndedAsync(OptionsMonitor.Get(scheme).SignInScheme).ConfigureAwait(false);
        }
    }

    // OpenID Connect Back-Channel Logout section 2.8: 400 for whatever was not done.
    private async Task HandleBackChannelLogoutAsync()
    {
        Response.Headers.CacheControl = "no-store";
        bool isDone = false;
        string? reason = null;
        string? transientReason = null;
        if (HttpMethods.IsPost(Request.Method) && await LogoutTokenAsync().ConfigureAwait(false) is { } token)
        {
            // All of them: two can be of one client, and each has sessions of its own in memory. Those that share a store take the token once,
            // and notice the end as instances do.
            foreach (string scheme in await SchemesAsync(static options => options.BackchannelLogoutPath).ConfigureAwait(false))
            {
                try
                {
                    await SessionsOf(scheme).EndByLogoutTokenAsync(token, CancellationToken.None).ConfigureAwait(false);
                    isDone = true;
                }
                catch (AuthenticationFailedException e)
                {
                    reason = e.Message;
                    transientReason = e.IsTransient ? e.Message : transientReason;
                }
            }
        }

        if (!isDone || transientReason is not null)
        {
            Log.ServerSignOutFailed(Logger, transientReason ?? reason ?? "the request is no form with one logout_token");
        }

        if (!isDone)
        {
            Response.StatusCode = StatusCodes.Status400BadRequest;
            Response.ContentType = "application/json";
            await Response.WriteAsync("{\"error\":\"invalid_request\"}", Context.RequestAborted).ConfigureAwait(false);
        }
    }

    // Anyone can post to this address: no more is read than a logout token needs.
    private async Task<string?> LogoutTokenAsync()
    {
        if (Request.ContentLength > LongestLogoutRequest
            || !MediaTypeHeaderValue.TryParse(Request.ContentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit && (limit.MaxRequestBodySize is not { } size || size > LongestLogoutRequest))
        {
            limit.MaxRequestBodySize = LongestLogoutRequest;
        }

        try
        {
            var options = new FormOptions { ValueLengthLimit = LongestLogoutRequest, ValueCountLimit = MostLogoutFields };
            return (await Request.ReadFormAsync(options, Context.RequestAborted).ConfigureAwait(false))[LogoutToken] is [{ Length: > 0 } token] ? token : null;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            // More than a logout request has.
            return null;
        }
    }

    // Schemes can share such a path: what comes to it says whom it is for.
    private async Task<string[]> SchemesAsync(Func<AuthCodeOptions, PathString> pathOf)
    {
        PathString path = pathOf(Options);
        IEnumerable<AuthenticationScheme> schemes = await _services.GetRequiredService<IAuthenticationSchemeProvider>().GetRequestHandlerSchemesAsync().ConfigureAwait(false);
        return [.. schemes.Where(scheme => scheme.HandlerType == typeof(AuthCodeHandler) && pathOf(OptionsMonitor.Get(scheme.Name)) == path).Select(static scheme => scheme.Name)];
    }

    private UserSessions SessionsOf(string scheme) => _services.GetRequiredKeyedService<UserSessions>(scheme);

    // The look at the cookie rejects it if its session has ended, unless the cookie was looked at before.
    private async Task SignOutIfEndedAsync(string? signInScheme)
    {
        AuthenticateResult user = await Context.AuthenticateAsync(signInScheme).ConfigureAwait(false);
        if (user.Failure is not null
            || (SessionReference.Of(user.Principal) is { } session
                && _services.GetKeyedService<UserSessions>(session.Scheme) is { } sessions
                && await sessions.GetStatusAsync(session.Key, CancellationToken.None).ConfigureAwait(false) == UserSessionStatus.Ended))
        {
            await Context.SignOutAsync(signInScheme).ConfigureAwait(false);
        }
    }
}
