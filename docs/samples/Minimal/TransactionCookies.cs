using System.Security.Cryptography;
using System.Text;
using AuthCode;
using Microsoft.AspNetCore.DataProtection;

namespace Minimal;

/// <summary>Keeps the transaction of each sign-in in a cookie of its own in the browser that started it: encrypted, inaccessible to scripts, and sent to the callback only.</summary>
/// <remarks>
/// The name of a cookie is derived from the state of its sign-in, so that several tabs can sign in at once, and a callback that somebody
/// else made up finds no cookie, and removes none.
/// </remarks>
internal sealed class TransactionCookies(IDataProtectionProvider protection)
{
    private const string Prefix = "sign-in.";

    // The names of the latest cookies, since the start of a sign-in does not get those of the callback.
    private const string ListName = "sign-ins";

    // A browser that starts sign-ins and completes none must not collect cookies.
    private const int Most = 5;
    private const int IdLength = 32;

    private readonly IDataProtector _protector = protection.CreateProtector("Minimal.SignIn");

    internal void Write(HttpContext context, AuthorizationTransaction transaction, bool isFormPost)
    {
        string id = IdOf(transaction.State);
        List<string> started = [.. (context.Request.Cookies[ListName] ?? "").Split('.').Where(IsId).TakeLast(Most), id];
        if (started.Count > Most)
        {
            context.Response.Cookies.Delete(Prefix + started[0], OptionsFor(isFormPost, context.Request));
            started.RemoveAt(0);
        }

        context.Response.Cookies.Append(Prefix + id, _protector.Protect(transaction.Serialize()), OptionsFor(isFormPost, context.Request, transaction.ExpiresOn));
        context.Response.Cookies.Append(ListName, string.Join('.', started), new CookieOptions
        {
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            IsEssential = true,
            Expires = transaction.ExpiresOn,
        });
    }

    /// <summary>The transaction that a callback belongs to; <see langword="null"/> if this browser did not start it.</summary>
    internal AuthorizationTransaction? Find(HttpContext context, string? state)
    {
        try
        {
            return state is not null && context.Request.Cookies[Prefix + IdOf(state)] is { } text
                && AuthorizationTransaction.TryParse(_protector.Unprotect(text), out AuthorizationTransaction? transaction) ? transaction : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Removes the cookie of a sign-in after its own callback.</summary>
    internal static void Remove(HttpContext context, AuthorizationTransaction transaction, bool isFormPost) =>
        context.Response.Cookies.Delete(Prefix + IdOf(transaction.State), OptionsFor(isFormPost, context.Request));

    // A hash, so that the name tells nobody the state.
    private static string IdOf(string state) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(state)).AsSpan(0, IdLength / 2));

    private static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitUpper);

    // Lax, not strict: the callback is a link from another site. A form that another site posts brings cookies only if they are for
    // every site, which browsers accept over https alone.
    private static CookieOptions OptionsFor(bool isFormPost, HttpRequest request, DateTimeOffset? expires = null) => new()
    {
        HttpOnly = true,
        Secure = isFormPost || request.IsHttps,
        SameSite = isFormPost ? SameSiteMode.None : SameSiteMode.Lax,
        Path = SignInPages.CallbackPath,
        IsEssential = true,
        Expires = expires,
    };
}
