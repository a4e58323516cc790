using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>The response while a service that a request needs does not respond: a page for a user, a problem for a script.</summary>
internal static class ServiceUnavailable
{
    private const int RetryAfterSeconds = 10;

    internal static Task WriteAsync(HttpContext context, AuthenticationFailedException failure)
    {
        context.Response.Headers.RetryAfter = RetryAfter.Of(failure, RetryAfterSeconds);
        return BrowserRequest.IsNavigation(context.Request)
            ? Page.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Not available just now",
                "A service that this page needs does not respond. Load the page again in a moment.", ReturnAddress.OfPage(context.Request), "Try again")
            : new Problem(StatusCodes.Status503ServiceUnavailable, "A service that is needed does not respond.").WriteAsync(context);
    }
}
