using Microsoft.AspNetCore.Authentication;

namespace AuthCode;

/// <content>The sign-out.</content>
public sealed partial class AuthCodeHandler
{
    /// <summary>Ends the session on all instances, revokes its refresh token if the server offers that, and sends the browser to the authorization server so that the user is signed out there.</summary>
    /// <param name="properties">The address to come back to, in <see cref="AuthenticationProperties.RedirectUri"/>.</param>
    /// <returns>A task that is complete when the response is set.</returns>
    /// <exception cref="InvalidOperationException">The return address is of another host.</exception>
    /// <remarks>Sign out of the cookie as well: <c>Results.SignOut(new() { RedirectUri = "/" }, ["Cookies", "AuthCode"])</c>.</remarks>
    public async Task SignOutAsync(AuthenticationProperties? properties)
    {
        if (ResolveTarget(Options.ForwardSignOut) is { } target)
        {
            await Context.SignOutAsync(target, properties).ConfigureAwait(false);
            return;
        }

        string address = string.IsNullOrEmpty(properties?.RedirectUri) ? ReturnAddress.Home(Request) : ReturnAddress.Of(properties.RedirectUri, Request);
        IReadOnlyList<PreviousSession> present = await PreviousSession.OfAsync(Context, Scheme.Name, SignInScheme).ConfigureAwait(false);
        List<SessionReference> sessions = [.. present.Select(static signedIn => signedIn.Session).Where(session => session.Scheme == Scheme.Name)];
        string server;
        try
        {
            // Before its end: the session tells the server who signs out.
            server = await SignOutAddressAsync(address, sessions.FirstOrDefault()).ConfigureAwait(false);
        }
        finally
        {
            foreach (SessionReference session in sessions)
            {
                await EndAsync(session, mayRevoke: true).ConfigureAwait(false);
            }
        }

        Response.Headers.CacheControl = "no-store";
        Response.Redirect(server);
    }

    private async Task<string> SignOutAddressAsync(string address, SessionReference? session)
    {
        try
        {
            string state = Options.SignOutFormat.Protect(new AuthenticationProperties { RedirectUri = address });
            var back = new Uri(BuildRedirectUri(Options.SignedOutCallbackPath));
            Uri server = session is null
                ? await Client.CreateSignOutUriAsync(back, user: null, state, CancellationToken.None).ConfigureAwait(false)
                : await SessionsOf(Scheme.Name).CreateSignOutUriAsync(session.Key, back, state, CancellationToken.None).ConfigureAwait(false);
            return server.AbsoluteUri;
        }
        catch (AuthenticationFailedException e)
        {
            // The server has no such endpoint, or its metadata cannot be read. The user is signed out here in any case.
            Log.SignOutIncomplete(Logger, Log.ReasonOf(e));
            return address;
        }
    }

    private void HandleSignedOut()
    {
        string? address = Request.Query[State] is [{ } state] ? Options.SignOutFormat.Unprotect(state)?.RedirectUri : null;
        Response.Redirect(ReturnAddress.IsLocal(address) ? address! : ReturnAddress.Home(Request));
    }
}
