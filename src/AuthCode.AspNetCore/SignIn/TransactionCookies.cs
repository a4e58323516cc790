using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>The sign-ins that are under way in a browser: a cookie for each, five at most.</summary>
/// <remarks>
/// Implementation note: the cookies go to the callback alone, so a challenge does not see those that are there. A small cookie that goes
/// to the whole application lists their names; it holds no secret, and whoever changes it loses no more than a sign-in.
/// </remarks>
/// <param name="context">The request.</param>
/// <param name="options">The settings.</param>
/// <param name="now">The time.</param>
/// <param name="scheme">The scheme, which has a list of its own.</param>
/// <param name="path">The path of the application.</param>
internal sealed class TransactionCookies(HttpContext context, AuthCodeOptions options, DateTimeOffset now, string scheme, PathString path)
{
    private const int Most = 5;
    private const int IdLength = 8;
    private const string ListSuffix = "List";

    // Browsers drop larger cookies without a word, and the callback would not find its sign-in.
    private const int Longest = 3_800;

    /// <summary>Keeps a sign-in until the browser comes back.</summary>
    /// <exception cref="InvalidOperationException">It is too large for a cookie.</exception>
    internal void Add(string state, AuthenticationProperties properties, DateTimeOffset expiresOn)
    {
        string text = options.TransactionFormat.Protect(properties);
        if (text.Length > Longest)
        {
            throw new InvalidOperationException(
                $"The sign-in is too large for a cookie ({text.Length} characters, of which browsers keep about 4,000). Shorten the return address, the scopes or the items of AuthenticationProperties.");
        }

        string id = IdOf(state);
        List<string> pending = Pending();
        pending.Remove(id);
        pending.Add(id);
        while (pending.Count > Most)
        {
            Delete(pending[0]);
            pending.RemoveAt(0);
        }

        CookieOptions cookie = options.CorrelationCookie.Build(context, now);
        cookie.Expires = expiresOn;
        context.Response.Cookies.Append(NameOf(id), text, cookie);
        WriteList(pending, expiresOn);
    }

    /// <summary>The sign-in of a state; <see langword="null"/> if none is under way in this browser.</summary>
    internal AuthenticationProperties? Find(string state) =>
        context.Request.Cookies[NameOf(IdOf(state))] is { Length: <= Longest } text ? options.TransactionFormat.Unprotect(text) : null;

    /// <summary>Whether the browser sent the cookie of a sign-in, readable or not.</summary>
    internal bool Has(string state) => context.Request.Cookies.ContainsKey(NameOf(IdOf(state)));

    /// <summary>Removes a sign-in that is over.</summary>
    internal void Remove(string state)
    {
        string id = IdOf(state);
        Delete(id);
        List<string> pending = Pending();
        DeleteSurplus(id, pending);
        if (pending.Remove(id))
        {
            WriteList(pending, now + options.RemoteAuthenticationTimeout);
        }
    }

    // Challenges at the same time do not see each other's list, so the callback, which sees all cookies, deletes what is too much.
    private void DeleteSurplus(string id, List<string> pending)
    {
        string[] others = [.. context.Request.Cookies.Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Where(other => IsId(other) && other != id)];
        foreach (string other in others.OrderBy(pending.Contains).SkipLast(Most))
        {
            Delete(other);
            pending.Remove(other);
        }
    }

    private string Prefix => options.CorrelationCookie.Name ?? AuthCodeOptions.TransactionCookiePrefix;

    private string ListName => $"{Prefix}{ListSuffix}.{IdOf(scheme)}";

    private string NameOf(string id) => Prefix + id;

    private static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitUpper);

    // A hash, so that the name tells nobody the state, and a scheme can have any name.
    private static string IdOf(string state) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(state)).AsSpan(0, IdLength / 2));

    private List<string> Pending() =>
        [.. (context.Request.Cookies[ListName] ?? "").Split('.').Where(IsId).Take(2 * Most)];

    private void WriteList(List<string> pending, DateTimeOffset expiresOn)
    {
        CookieOptions cookie = options.CorrelationCookie.Build(context, now);
        cookie.Path = path + "/";
        cookie.Expires = expiresOn;
        if (pending.Count == 0)
        {
            context.Response.Cookies.Delete(ListName, cookie);
            return;
        }

        context.Response.Cookies.Append(ListName, string.Join('.', pending), cookie);
    }

    private void Delete(string id) => context.Response.Cookies.Delete(NameOf(id), options.CorrelationCookie.Build(context, now));
}
