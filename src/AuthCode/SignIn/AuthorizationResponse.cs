using System.Net;

namespace AuthCode;

/// <summary>What the browser brought back to the redirect URI, checked against the sign-in that it must belong to, before any request is sent.</summary>
internal static class AuthorizationResponse
{
    /// <summary>The code.</summary>
    /// <exception cref="AuthorizationRefusedException">The server responded with an error.</exception>
    /// <exception cref="AuthenticationFailedException">The response does not belong to the sign-in, or is none.</exception>
    internal static string CodeOf(
        IEnumerable<KeyValuePair<string, string>> parameters, AuthorizationTransaction transaction, Func<string, bool> isIssuer, DateTimeOffset now)
    {
        ILookup<string, string> fields = parameters.ToLookup(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);

        // Whose it is comes first: a callback of another browser must not end this one's sign-in.
        if (Single(fields, Parameters.State) is not { } state || !transaction.HasState(state))
        {
            throw Failures.ResponseOfAnother().ToException();
        }

        if (!transaction.TryUse())
        {
            throw Failures.ResponseTwice().ToException();
        }

        if (now >= transaction.ExpiresOn)
        {
            throw Failures.ResponseTooLate().ToException();
        }

        if ((transaction.NeedsIssuer || fields[Parameters.Issuer].Any()) && (Single(fields, Parameters.Issuer) is not { } issuer || !isIssuer(issuer)))
        {
            throw Failures.ResponseFromAnotherServer().ToException();
        }

        string? error = Single(fields, Parameters.Error);
        string? code = Single(fields, Parameters.Code);
        return (error, code) switch
        {
            ({ Length: > 0 }, null) => throw Refusal(error, fields),
            (null, { Length: > 0 }) when Characters.AreVisible(code) => code,
            _ => throw Failures.ResponseWithoutCode().ToException(),
        };
    }

    /// <summary>The parameters of a query or a posted form.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Parse(string query) => query
        .TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static field => field.Split('=', 2))
        .Select(static pair => KeyValuePair.Create(WebUtility.UrlDecode(pair[0]), pair.Length > 1 ? WebUtility.UrlDecode(pair[1]) : ""));

    // None and several are the same: which of several would be meant?
    private static string? Single(ILookup<string, string> fields, string name) => fields[name].Count() == 1 ? fields[name].Single() : null;

    private static AuthorizationRefusedException Refusal(string error, ILookup<string, string> fields)
    {
        string word = ServerText.Clean(error, ServerText.LongestWord) ?? "";
        string? description = ServerText.Clean(Single(fields, Parameters.ErrorDescription), ServerText.LongestSentence);
        string? uri = ServerText.Clean(Single(fields, Parameters.ErrorUri), ServerText.LongestWord);
        return new AuthorizationRefusedException(Failures.AuthorizationRefused(word, description).Message, word, description, uri)
        {
            IsSignInRequired = true,
        };
    }
}
