using Microsoft.AspNetCore.Authentication;

namespace AuthCode;

/// <summary>Lets an application take part in a sign-in. Set the properties, or derive a class and override the methods.</summary>
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

    /// <summary>Called before the user is signed in to the cookie. A context that fails keeps the user out, and ends the session.</summary>
    /// <param name="context">The user, with the claims that go into the cookie.</param>
    /// <returns>A task that is complete when the event has been handled.</returns>
    /// <exception cref="AuthenticationFailureException">The event has failed the sign-in.</exception>
    public override async Task TicketReceived(TicketReceivedContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await base.TicketReceived(context).ConfigureAwait(false);
        if (context.Result?.Failure is { } failure)
        {
            // The framework passes over a failure of this event.
            throw new AuthenticationFailureException("The application has refused the sign-in.", failure);
        }
    }
}
