using Microsoft.AspNetCore.Authentication;

namespace AuthCode;

/// <summary>The events of the application, and after them what the framework does not look at: whether the application has refused the user.</summary>
/// <remarks>Implementation note: the check is not in <see cref="AuthCodeEvents"/>, whose methods an application overrides.</remarks>
/// <param name="events">The application's events.</param>
internal sealed class CheckedEvents(AuthCodeEvents events) : AuthCodeEvents
{
    public override Task RedirectToAuthorizationServer(AuthorizationRedirectContext context) => events.RedirectToAuthorizationServer(context);

    public override Task AccessDenied(AccessDeniedContext context) => events.AccessDenied(context);

    public override Task RemoteFailure(RemoteFailureContext context) => events.RemoteFailure(context);

    /// <summary>Whether the application lets the handler sign the user in: it has neither refused the user nor gone on with the request itself.</summary>
    internal bool IsAccepted { get; private set; }

    /// <exception cref="AuthenticationFailureException">The application has failed the sign-in.</exception>
    public override async Task TicketReceived(TicketReceivedContext context)
    {
        await events.TicketReceived(context).ConfigureAwait(false);
        if (context.Result?.Failure is { } failure)
        {
            throw new AuthenticationFailureException("The application has refused the sign-in.", failure);
        }

        IsAccepted = context.Result is not ({ Handled: true } or { Skipped: true });
    }
}
