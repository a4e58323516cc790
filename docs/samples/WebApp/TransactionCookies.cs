using System.Security.Cryptography;
using System.Text;
using AuthCode;
using Microsoft.AspNetCore.DataProtection;

namespace WebApp;

/// <summary>Keeps the transaction of each sign-in in a cookie of its own in the browser that started it: encrypted, and inaccessible to scripts.</summary>
/// <remarks>
/// The name of a cookie is derived from the state of its sign-in, so that several tabs can sign in at once, and a callback that somebody
/// else made up finds no cookie, and removes none.
/// </remarks>
internal sealed class TransactionCookies(IDataProtectionProvider protection)
{
    private const string Prefix = "sign-in.";

    // A browser that starts sign-ins and completes none must not collect cookies.
    private const int Most = 5;

    private readonly IDataProtector _protector = protection.CreateProtector("WebApp.SignIn");

    internal void Write(HttpContext context, AuthorizationTransaction transaction, bool isFormPost)
    {
        CookieOptions options = OptionsFor(isFormPost, context.Request, transaction.ExpiresOn);
        string name = NameOf(transaction.State);

        // Browsers send the oldest first (RFC 6265 section 5.4).
        foreach (string old in context.Request.Cookies.Keys.Where(static key => key.StartsWith(Prefix, StringComparison.Ordinal)).SkipLast(Most - 1))
        {
            context.Response.Cookies.Delete(old, OptionsFor(isFormPost, context.Request));
        }

        context.Response.Cookies.Append(name, _protector.Protect(transaction.Serialize()), options);
    }

    /// <summary>The transaction that a callback belongs to; <see langword="null"/> if this browser did not start it.</summary>
    internal AuthorizationTransaction? Find(HttpContext context, string? state)
    {
        try
        {
            return state is not null && context.Request.Cookies[NameOf(state)] is { } text
                && AuthorizationTransaction.TryParse(_protector.Unprotect(text), out AuthorizationTransaction? transaction) ? transaction : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Removes the cookie of a sign-in after its own callback.</summary>
    internal static void Remove(HttpContext context, AuthorizationTransaction transaction, bool isFormPost) =>
        context.Response.Cookies.Delete(NameOf(transaction.State), OptionsFor(isFormPost, context.Request));

    private static string NameOf(string state) => Prefix + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(state)), 0, 16);

    // Lax, not strict: the callback is a link from another site. A form that another site posts brings cookies only if they are for
    // every site, which browsers accept over https alone.
    private static CookieOptions OptionsFor(bool isFormPost, HttpRequest request, DateTimeOffset? expires = null) => new()
    {
        HttpOnly = true,
        Secure = isFormPost || request.IsHttps,
        SameSite = isFormPost ? SameSiteMode.None : SameSiteMode.Lax,
        // The start of a sign-in counts them, and the callback reads them.
        Path = "/",
        IsEssential = true,
        Expires = expires,
    };
}
