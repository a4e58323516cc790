using Microsoft.AspNetCore.Authentication;

namespace AuthCode;

/// <summary>Lets an application take part in a sign-in. Set the properties, or derive a class and override the methods.</summary>
/// <remarks>
/// <see cref="RemoteAuthenticationEvents.TicketReceived"/> is called before the user is signed in to the cookie. A context that fails there
/// keeps the user out, and ends the session.
/// </remarks>
public class AuthCodeEvents : RemoteAuthenticationEvents
{
    /// <summary>Gets or sets what is called before the browser is sent to the authorization server.</summary>
    /// <value>Default: does nothing.</value>
    public Func<AuthorizationRedirectContext, Task> OnRedirectToAuthorizationServer { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called before the browser is sent to the authorization server.</summary>
    /// <param name="context">The request that will be made, which can be changed.</param>
    /// <returns>A task that is complete when the event has been handled.</returns>
    public virtual Task RedirectToAuthorizationServer(AuthorizationRedirectContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return OnRedirectToAuthorizationServer(context);
    }
}
