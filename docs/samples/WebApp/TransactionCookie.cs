using System.Security.Cryptography;
using AuthCode;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp;

/// <summary>Keeps the transaction of a sign-in in a cookie of the browser that started it: encrypted, inaccessible to scripts, and sent only to the callback.</summary>
internal sealed class TransactionCookie(IDataProtectionProvider protection)
{
    private const string Name = "sign-in";
    private readonly IDataProtector _protector = protection.CreateProtector("WebApp.SignIn");

    internal void Write(HttpContext context, AuthorizationTransaction transaction) =>
        context.Response.Cookies.Append(Name, _protector.Protect(transaction.Serialize()), OptionsFor(context.Request, transaction.ExpiresOn));

    /// <summary>Takes the transaction out of the cookie; <see langword="null"/> if there is none, or it cannot be read.</summary>
    internal AuthorizationTransaction? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { } text)
        {
            return null;
        }

        context.Response.Cookies.Delete(Name, OptionsFor(context.Request));
        try
        {
            return AuthorizationTransaction.Parse(_protector.Unprotect(text));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    // Lax, not strict: the callback is a link from another site.
    private static CookieOptions OptionsFor(HttpRequest request, DateTimeOffset? expires = null) => new()
    {
        HttpOnly = true,
        Secure = request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = SignInPages.CallbackPath,
        IsEssential = true,
        Expires = expires,
    };
}
