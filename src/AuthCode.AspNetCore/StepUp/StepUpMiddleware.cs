using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthCode;

/// <summary>Turns a token that could not be acquired into what helps: a sign-in for the scopes and claims that are missing, or a moment of patience.</summary>
/// <param name="next">The rest of the application.</param>
/// <param name="logger">The logger.</param>
internal sealed class StepUpMiddleware(RequestDelegate next, ILogger<StepUpMiddleware> logger)
{
    private const int RetryAfterSeconds = 10;

    // Exceptions wrap others, and an SDK wraps few times.
    private const int Deepest = 8;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception e) when (!context.Response.HasStarted && FailureIn(e) is { } failure && (failure.IsTransient || NeedsSignIn(failure)))
        {
            context.Response.Clear();
            await (NeedsSignIn(failure) ? SignInAsync(context, failure) : WaitAsync(context, failure)).ConfigureAwait(false);
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

    private static Task WaitAsync(HttpContext context, AuthenticationFailedException failure)
    {
        context.Response.Headers.RetryAfter = RetryAfter.Of(failure, RetryAfterSeconds);
        return BrowserRequest.IsNavigation(context.Request)
            ? Page.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Not available just now",
                "A service that this page needs does not respond. Load the page again in a moment.", ReturnAddress.OfPage(context.Request), "Try again")
            : new Problem(StatusCodes.Status503ServiceUnavailable, "A service that is needed does not respond.").WriteAsync(context);
    }

    private Task SignInAsync(HttpContext context, AuthenticationFailedException failure)
    {
        string? claims = failure.Response?.Claims;
        string reason = RecentReasons.Of(failure.Scopes, claims);
        if (RecentReasons.Of(context).IsLoop(reason))
        {
            Log.NotSatisfied(logger, failure.Message);
            return BrowserRequest.IsNavigation(context.Request)
                ? Page.WriteAsync(
                    context, StatusCodes.Status403Forbidden, "Your sign-in was not enough",
                    "You have signed in for this page, and what it needs could not be satisfied. Ask your administrator, or try again in a few minutes.", ReturnAddress.OfPage(context.Request), "Try again")
                : new Problem(StatusCodes.Status403Forbidden, "The sign-in of the user could not satisfy what is needed.").WriteAsync(context);
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
        return context.ChallengeAsync(SessionReference.Of(context.User)?.Scheme, properties);
    }

    private static bool NeedsSignIn(AuthenticationFailedException failure) => failure.IsSignInRequired || failure.Response?.Claims is not null;
}
