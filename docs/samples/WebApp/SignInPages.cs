using AuthCode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Extensions;

namespace WebApp;

/// <summary>The endpoints that start a sign-in, complete it, and sign the user out.</summary>
internal sealed partial class SignInPages(Cloud cloud, TransactionCookie cookie, UserSessions sessions, IAntiforgery antiforgery, ILogger<SignInPages> logger)
{
    internal const string SignInPath = "/signin";
    internal const string CallbackPath = "/signin-oidc";
    internal const string SignOutPath = "/signout";

    /// <summary>Sends the user to Entra ID.</summary>
    /// <param name="context">The request.</param>
    /// <param name="claims">The claims that a token request was refused for, such as a second factor, so that the user can satisfy them.</param>
    internal async Task<IResult> SignInAsync(HttpContext context, string? claims = null)
    {
        AuthorizationRequest request = await cloud.Client.CreateAuthorizationRequestAsync(
            AddressOf(context, CallbackPath), [Cloud.StorageScope], new AuthorizationRequestOptions { Claims = claims }, context.RequestAborted);
        cookie.Write(context, request.Transaction);
        return Results.Redirect(request.Uri.AbsoluteUri);
    }

    internal async Task<IResult> CallbackAsync(HttpContext context)
    {
        if (cookie.Take(context) is not { } transaction)
        {
            return Page.Problem("No sign-in is under way in this browser, or it took too long.");
        }

        try
        {
            SignedInUser user = await cloud.Client.CompleteSignInAsync(transaction, new Uri(context.Request.GetEncodedUrl()), context.RequestAborted);
            await sessions.EndAsync(context.User);
            await context.SignInAsync(sessions.Add(user));
            return Results.LocalRedirect("/");
        }
        catch (AuthorizationRefusedException e)
        {
            // Anyone can make a browser send this text, so it is only logged.
            LogRefused(logger, e.Message);
            return Page.Problem(e.Error == "access_denied" ? "You canceled the sign-in, or may not use this app." : "The sign-in was refused.");
        }
        catch (Exception e) when (e is AuthenticationFailedException or ArgumentException)
        {
            LogRefused(logger, e.Message);
            return Page.Problem("The sign-in did not succeed.");
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

    private static Uri AddressOf(HttpContext context, string path) => new(UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host, path: path));

    [LoggerMessage(1, LogLevel.Warning, "A sign-in was refused: {Message}")]
    private static partial void LogRefused(ILogger logger, string message);
}
