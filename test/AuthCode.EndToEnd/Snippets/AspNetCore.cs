using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AuthCode.EndToEnd.Snippets;

/// <summary>The sign-in of the README, compiled; AspNetCoreTests runs it.</summary>
internal static class AspNetCore
{
    internal static void Map(
        WebApplication app, AuthorizationCodeClient client, Uri redirectUri, IDataProtector protector, ConcurrentDictionary<string, SignedInUser> users)
    {
        app.MapGet("/signin", async (HttpContext http) =>
        {
            AuthorizationRequest request = await client.CreateAuthorizationRequestAsync(redirectUri, ["https://storage.azure.com/user_impersonation"]);
            http.Response.Cookies.Append("sign-in", protector.Protect(request.Transaction.Serialize()), new() { HttpOnly = true, Secure = true });
            return Results.Redirect(request.Uri.AbsoluteUri);
        });
        app.MapGet("/signin-oidc", async (HttpContext http) =>
        {
            var transaction = AuthorizationTransaction.Parse(protector.Unprotect(http.Request.Cookies["sign-in"]!));
            http.Response.Cookies.Delete("sign-in");
            SignedInUser user = await client.CompleteSignInAsync(transaction, new Uri(http.Request.GetEncodedUrl()), http.RequestAborted);
            users[user.AccountKey] = user;
            await http.SignInAsync(user.Principal);
            return Results.Redirect("/");
        });
    }
}
