namespace WebApp;

/// <summary>What browsers may do with the pages.</summary>
internal static class BrowserRules
{
    /// <summary>Lets browsers keep no page, run no scripts and show no page in a frame, and refuses forms of other sites, which could sign users out.</summary>
    internal static void UseBrowserRules(this WebApplication app) => app.Use(static (context, next) =>
    {
        // At the start of the response, so that a page about a failure has them too.
        context.Response.OnStarting(static state =>
        {
            var headers = (IHeaderDictionary)state;
            headers.CacheControl = "no-store";
            // There is no form-action, because browsers also apply it to the redirect to Entra ID after the sign-out.
            headers.ContentSecurityPolicy = "default-src 'self'; script-src 'none'; base-uri 'none'; frame-ancestors 'none'";
            return Task.CompletedTask;
        }, context.Response.Headers);
        if (HttpMethods.IsGet(context.Request.Method) || context.Request.Headers["Sec-Fetch-Site"] is not ["cross-site" or "same-site"])
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    });
}
