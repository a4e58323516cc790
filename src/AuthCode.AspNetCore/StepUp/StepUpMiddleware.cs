using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Turns a token that could not be acquired into what helps: a sign-in for the scopes and claims that are missing, or a moment of patience.</summary>
/// <param name="next">The rest of the application.</param>
/// <param name="logger">The logger.</param>
internal sealed class StepUpMiddleware(RequestDelegate next, ILogger<StepUpMiddleware> logger)
{
    // Exceptions wrap others, and an SDK wraps few times.
    private const int Deepest = 8;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await StoredTicket.RequireAsync(context, new RequiredUser(context)).ConfigureAwait(false);
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted && FailureIn(e) is { } failure && (failure.IsTransient || NeedsSignIn(failure)))
        {
            context.Response.Clear();
            await (NeedsSignIn(failure) ? SignInAsync(context, failure) : ServiceUnavailable.WriteAsync(context, failure)).ConfigureAwait(false);
        }
    }

    private static AuthenticationFailedException? FailureIn(Exception? e, int depth = 0) => e switch
    {
        null => null,
        AuthenticationFailedException failure => failure,
        _ when depth == Deepest => null,
        AggregateException several => several.InnerExceptions.Select(inner => FailureIn(inner, depth + 1)).FirstOrDefault(static failure => failure is not null),
        _ => FailureIn(e.InnerException, depth + 1),
    };

    private async Task SignInAsync(HttpContext context, AuthenticationFailedException failure)
    {
        string? claims = failure.Response?.Claims;
        string reason = claims is null && await IsSessionOverAsync(context).ConfigureAwait(false) ? RecentReasons.Over : RecentReasons.Of(failure.Scopes, claims);
        if (RecentReasons.Of(context).IsLoop(reason))
        {
            Log.NotSatisfied(logger, Log.ReasonOf(failure));
            await (BrowserRequest.IsNavigation(context.Request)
                ? Page.WriteNotSatisfiedAsync(context, ReturnAddress.OfPage(context.Request))
                : new Problem(StatusCodes.Status403Forbidden, "The sign-in of the user could not satisfy what is needed.").WriteAsync(context)).ConfigureAwait(false);
            return;
        }

        var properties = new AuthCodeChallengeProperties
        {
            RedirectUri = ReturnAddress.OfPage(context.Request),
            Scopes = failure.Scopes,
            Claims = claims,
            LoginHint = context.User.FindFirst("login_hint")?.Value ?? context.User.FindFirst("preferred_username")?.Value,
        };
        properties.Items[RecentReasons.PendingItem] = reason;
        properties.AnswersScript = !BrowserRequest.IsNavigation(context.Request);
        await context.ChallengeAsync((SessionReference.Of(context.User) ?? SessionCheck.RejectedSession(context))?.Scheme, properties).ConfigureAwait(false);
    }

    // Also without a user: the cookie of the request may be of a session that has ended.
    private static async Task<bool> IsSessionOverAsync(HttpContext context)
    {
        if (SessionReference.Of(context.User) is not { } session || context.RequestServices.GetKeyedService<UserSessions>(session.Scheme) is not { } sessions)
        {
            return true;
        }

        return await sessions.GetStatusAsync(session.Key, context.RequestAborted).ConfigureAwait(false) is UserSessionStatus.Ended or UserSessionStatus.Lost;
    }

    private static bool NeedsSignIn(AuthenticationFailedException failure) => failure.IsSignInRequired || failure.Response?.Claims is not null;
}
