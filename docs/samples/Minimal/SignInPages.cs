using AuthCode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Extensions;

namespace Minimal;

/// <summary>The endpoints that start a sign-in, complete it, and sign the user out.</summary>
internal sealed partial class SignInPages(
    Cloud cloud, TransactionCookies cookies, UserSessions sessions, IAntiforgery antiforgery, IConfiguration configuration, ILogger<SignInPages> logger)
{
    internal const string SignInPath = "/signin";
    internal const string CallbackPath = "/signin-oidc";
    internal const string SignOutPath = "/signout";

    /// <summary>Whether the code comes in a form instead of an address, so that it is in no log of addresses. Set <c>SignIn:FormPost</c> for it; the app must then run on https.</summary>
    private bool IsFormPost { get; } = configuration.GetValue<bool>("SignIn:FormPost");

    /// <summary>Sends the user to Entra ID.</summary>
    /// <param name="context">The request.</param>
    /// <param name="claims">The claims that a token request was refused for, such as a second factor, so that the user can satisfy them.</param>
    internal async Task<IResult> SignInAsync(HttpContext context, string? claims = null)
    {
        var options = new AuthorizationRequestOptions { Claims = claims, ResponseMode = IsFormPost ? AuthorizationResponseMode.FormPost : AuthorizationResponseMode.Query };
        AuthorizationRequest request = await cloud.Client.CreateAuthorizationRequestAsync(
            AddressOf(context, CallbackPath), [Cloud.StorageScope], options, context.RequestAborted);
        cookies.Write(context, request.Transaction, IsFormPost);
        return Results.Redirect(request.Uri.AbsoluteUri);
    }

    internal async Task<IResult> CallbackAsync(HttpContext context)
    {
        IFormCollection? form = IsFormPost && context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        string? state = form is null ? context.Request.Query["state"] : form["state"];
        if (cookies.Find(context, state) is not { } transaction)
        {
            return Page.Problem("No sign-in is under way in this browser, it is complete, or it took too long.");
        }

        try
        {
            SignedInUser user = form is null
                ? await cloud.Client.CompleteSignInAsync(transaction, new Uri(context.Request.GetEncodedUrl()), context.RequestAborted)
                : await cloud.Client.CompleteSignInAsync(transaction, FieldsOf(form), context.RequestAborted);
            TransactionCookies.Remove(context, transaction, IsFormPost);
            await sessions.EndAsync(context.User);
            await context.SignInAsync(sessions.Add(user));
            return Results.LocalRedirect("/");
        }
        catch (AuthorizationRefusedException e)
        {
            // Anyone can make a browser send this text, so it is only logged.
            LogRefused(logger, e.Message);
            TransactionCookies.Remove(context, transaction, IsFormPost);
            return Page.Problem(e.Error == "access_denied" ? "You canceled the sign-in, or may not use this app." : "The sign-in was refused.");
        }
        catch (AuthenticationFailedException e)
        {
            LogRefused(logger, e.Message);
            return Page.Problem(e.IsTransient ? "The sign-in could not be completed. Load this page again in a minute." : "The sign-in did not succeed.");
        }
    }

    internal async Task<IResult> SignOutAsync(HttpContext context)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        SignedInUser? user = sessions.Find(context.User);
        await sessions.EndAsync(context.User);
        await context.SignOutAsync();
        Uri url = await cloud.Client.CreateSignOutUriAsync(AddressOf(context, "/"), user, cancellationToken: context.RequestAborted);
        return Results.Redirect(url.AbsoluteUri);
    }

    // A field that is repeated is several entries, which the client refuses.
    private static IEnumerable<KeyValuePair<string, string>> FieldsOf(IFormCollection form) =>
        form.SelectMany(static field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")));

    private static Uri AddressOf(HttpContext context, string path) => new(UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host, path: path));

    [LoggerMessage(1, LogLevel.Warning, "A sign-in was refused: {Message}")]
    private static partial void LogRefused(ILogger logger, string message);
}
