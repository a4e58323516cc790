using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <content>The way back.</content>
public sealed partial class AuthCodeHandler
{
    private const string State = "state";
    private const string AccessDenied = "access_denied";
    private const int RetryAfterSeconds = 5;

    // Of the callback that failed, for the page.
    private AuthenticationFailedException? _failure;
    private string? _returnAddress;
    private SessionReference? _begun;

    // What the sign-in replaces, once it has succeeded.
    private IReadOnlyList<(SessionReference Session, bool IsOfSameUser)> _replaced = [];

    /// <summary>Completes a sign-in: finds it by its state, redeems the code, and validates the ID token.</summary>
    /// <returns>The ticket, or why there is none.</returns>
    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        bool isForm = Options.ResponseMode == AuthorizationResponseMode.FormPost;
        IFormCollection? form = isForm && HttpMethods.IsPost(Request.Method) && Request.HasFormContentType
            ? await Request.ReadFormAsync(Context.RequestAborted).ConfigureAwait(false)
            : null;
        string? state = isForm ? form?[State] : Request.Query[State];
        if (string.IsNullOrEmpty(state)
            || Transactions.Find(state) is not { } properties
            || !AuthorizationTransaction.TryParse(properties.GetString(TransactionItem), out AuthorizationTransaction? transaction))
        {
            return Fail(WithoutSignIn(state), properties: null);
        }

        properties.Items.Remove(TransactionItem);
        _returnAddress = properties.RedirectUri;

        IEnumerable<PreviousSession> previous = PreviousSession.Take(properties);
        try
        {
            // Before the code is sent: what the validation of the cookie throws costs neither the code nor a session, and the callback can be loaded again.
            previous = previous.Union(await PreviousSession.OfAsync(Context, Scheme.Name, SignInScheme).ConfigureAwait(false));
        }
        catch (AuthenticationFailedException e)
        {
            return Fail(e, properties);
        }
        catch (OperationCanceledException e) when (Context.RequestAborted.IsCancellationRequested)
        {
            // The browser has left, or the request has a time-out.
            return Fail(new AuthenticationFailedException("The request of the callback ended while the cookie of the session of before was checked. Load the page again.", e) { IsTransient = true }, properties);
        }

        try
        {
            // Whoever leaves the page does not take the code with them, and no time-out of the application does: it works once.
            Context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
            var callback = new Uri(Request.GetEncodedUrl());
            SignedInUser user = form is null
                ? await Client.CompleteSignInAsync(transaction, callback, CancellationToken.None).ConfigureAwait(false)
                : await Client.CompleteSignInAsync(transaction, callback, form.SelectMany(static field => field.Value, static (field, value) => KeyValuePair.Create(field.Key, value ?? "")), CancellationToken.None).ConfigureAwait(false);
            _begun = new SessionReference(Scheme.Name, user.SessionKey);
            _replaced = [.. previous.Select(replaced => (replaced.Session, replaced.AccountKey == user.AccountKey))];
            Transactions.Remove(state);
            NoteReturn(properties);
            return HandleRequestResult.Success(new AuthenticationTicket(SessionPrincipal.Of(user, Scheme.Name, Options.KeepClaims), properties, Scheme.Name));
        }
        catch (AuthorizationRefusedException e)
        {
            Transactions.Remove(state);
            HandleRequestResult? handled = e.Error == AccessDenied ? await HandleAccessDeniedErrorAsync(properties).ConfigureAwait(false) : null;
            return handled is { Handled: true } or { Skipped: true } ? handled : Fail(e, properties);
        }
        catch (AuthenticationFailedException e)
        {
            // Also if the failure is transient: the response counts as used on all instances, so a new sign-in is what helps.
            Transactions.Remove(state);
            return Fail(e, properties);
        }
    }

    private AuthenticationFailedException WithoutSignIn(string? state)
    {
        if (!string.IsNullOrEmpty(state) && Transactions.Has(state))
        {
            Log.SignInUnreadable(Logger);
            return new AuthenticationFailedException(
                "The cookie of this sign-in cannot be decrypted: another instance has encrypted it with keys of Data Protection that this one does not have, or it was changed. " +
                "Persist the keys where all instances find them, and set the same application name (SetApplicationName) at all of them.");
        }

        return new AuthenticationFailedException(
            "No sign-in with the state of this response is under way in this browser: its cookie is absent, has expired or was used. " +
            "Start the sign-in again; if it fails again, check that the browser keeps the cookies of this address (https, path and SameSite).");
    }

    private HandleRequestResult Fail(AuthenticationFailedException failure, AuthenticationProperties? properties)
    {
        _failure = failure;
        return HandleRequestResult.Fail(failure, properties);
    }

    // The ticket says why the user was sent, so that the middleware does not send the user again for the same reason.
    private void NoteReturn(AuthenticationProperties properties)
    {
        RecentReasons reasons = RecentReasons.Parse(properties.GetString(RecentReasons.Item), Now);
        if (properties.GetString(RecentReasons.PendingItem) is { Length: > 0 } reason)
        {
            reasons = reasons.With(reason, Now);
        }

        properties.Items.Remove(RecentReasons.PendingItem);
        properties.SetString(RecentReasons.Item, reasons.ToString() is { Length: > 0 } text ? text : null);
    }

    // If the browser gets the key of the new session, the one before is over, whoever it was of. Otherwise the browser keeps that, and nobody has the key of the new one.
    private async Task EndReplacedAsync(SessionReference begun, bool isComplete, bool isDelivered)
    {
        bool hasWritten = SessionCookieEvents.HasWritten(Context, begun);
        bool isKept = isComplete && isDelivered && (hasWritten || IsAccepted);

        IEnumerable<(SessionReference Session, bool MayRevoke)> ended = isKept ? _replaced.Select(static replaced => (replaced.Session, !replaced.IsOfSameUser))

            // The browser gets the cookie of the new one although the sign-in failed after it was written: nobody has the key of either, and no token is left to spare.
            : hasWritten && isDelivered ? [.. _replaced.Select(static replaced => (replaced.Session, true)), (begun, true)]
            : [(begun, !_replaced.Any(static replaced => replaced.IsOfSameUser))];
        foreach ((SessionReference session, bool mayRevoke) in ended)
        {
            await EndAsync(session, mayRevoke).ConfigureAwait(false);
        }
    }

    // A server can count the sign-ins of a user at a client as one grant: to revoke the token of one that ends would end the other.
    private async Task EndAsync(SessionReference session, bool mayRevoke)
    {
        _services.GetRequiredService<UserClients>().Drop(session);
        if (_services.GetKeyedService<UserSessions>(session.Scheme) is not { } sessions)
        {
            // Of a scheme that this application no longer has.
            return;
        }

        try
        {
            if (mayRevoke)
            {
                await sessions.EndAsync(session.Key, CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                await sessions.EndWithoutRevocationAsync(session.Key, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (AuthenticationFailedException e)
        {
            Log.SignOutIncomplete(Logger, Log.ReasonOf(e));
        }
    }

    // Anyone can make a browser bring a response with an error, so nothing of it is shown.
    private Task WriteFailureAsync(AuthenticationFailureException e)
    {
        string link = _returnAddress ?? ReturnAddress.Home(Request);
        if (_failure is null || e.InnerException != _failure)
        {
            return Page.WriteAsync(Context, StatusCodes.Status403Forbidden, "You are not signed in", "The application has refused the sign-in.", ReturnAddress.Home(Request), "Continue");
        }

        if (_failure.IsTransient)
        {
            Response.Headers.RetryAfter = RetryAfter.Of(_failure, RetryAfterSeconds);
            return Page.WriteAsync(Context, StatusCodes.Status503ServiceUnavailable, "You are not signed in yet", "The sign-in could not be completed just now. Start it again in a moment.", link, "Start again");
        }

        return _failure is AuthorizationRefusedException refused
            ? Page.WriteAsync(
                Context, StatusCodes.Status403Forbidden, "You are not signed in",
                refused.Error == AccessDenied ? "You canceled the sign-in, or may not use this application." : "The sign-in was refused.", link, "Start again")
            : Page.WriteAsync(
                Context, StatusCodes.Status400BadRequest, "This sign-in cannot be completed",
                "It may have been completed already, have been started in another browser, or have taken too long.", link, "Continue");
    }
}
