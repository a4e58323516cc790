using AuthCode;
using Microsoft.AspNetCore.Builder;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds AuthCode to the requests of an application.</summary>
public static class AuthCodeApplicationBuilderExtensions
{
    /// <summary>Handles the tokens that endpoints could not get: consent, another factor, sessions that are over, and services that do not respond. Call it after <c>UseAuthentication</c> and before <c>UseAuthorization</c>.</summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException">No scheme of AuthCode is registered.</exception>
    /// <remarks>
    /// <para>It handles an <see cref="AuthenticationFailedException"/> that leaves an endpoint before the response has begun. If a sign-in helps
    /// (<see cref="AuthenticationFailedException.IsSignInRequired"/>, or claims in the response), a user who goes to a page is sent to the
    /// authorization server and comes back to the page; any other request gets 401 with <c>application/problem+json</c>, whose
    /// <c>signInUrl</c> is where a script sends its user. A user who has come back is not sent there again for the same reason within
    /// five minutes, and gets 403.</para>
    /// <para>If the failure is transient, the response is 503 with <c>Retry-After</c>. All other exceptions pass.</para>
    /// </remarks>
    public static IApplicationBuilder UseAuthCode(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        StepUpUse use = app.ApplicationServices.GetService<StepUpUse>()
            ?? throw new InvalidOperationException("No scheme of AuthCode is registered: call services.AddAuthCode(section), or AddAuthentication().AddAuthCode(scheme, section).");
        use.Note();
        return app.UseMiddleware<StepUpMiddleware>();
    }
}
