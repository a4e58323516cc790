using System.Net;

namespace AuthCode;

/// <summary>What the browser brought back to the redirect URI, checked against the sign-in that it must belong to, before any request is sent.</summary>
/// <param name="Code">The code; <see langword="null"/> if the server returned an error.</param>
/// <param name="Refusal">The error; <see langword="null"/> if the server returned a code.</param>
internal sealed record AuthorizationResponse(string? Code, AuthorizationRefusedException? Refusal)
{
    // Which of several values would be meant? Servers and proxies take different ones (RFC 6749 section 3.1).
    private static readonly string[] Protocol =
    [
        Parameters.State, Parameters.Issuer, Parameters.Code, Parameters.Error, Parameters.ErrorDescription, Parameters.ErrorUri,
        Parameters.IdToken, Parameters.AccessToken, Parameters.TokenType, Parameters.ExpiresIn, Parameters.Scope, "response", "session_state", Parameters.ClientInfo,
    ];

    // A redirect URI that has one of them in its query has it twice in each response.
    private static readonly string[] Decisive = [Parameters.State, Parameters.Code, Parameters.Error, Parameters.Issuer];

    /// <summary>Refuses a redirect URI to which no response could be told from the query.</summary>
    /// <exception cref="ArgumentException">Its query has a parameter of the response.</exception>
    internal static void RequireOwnQuery(RedirectUri redirectUri)
    {
        if (Parse(new Uri(redirectUri.Value).Query).Any(static own => Decisive.Contains(own.Key, StringComparer.Ordinal)))
        {
            throw new ArgumentException(
                "The query of the redirect URI must not have state, code, error or iss, which the authorization server adds: register one whose parameters have other names.",
                nameof(redirectUri));
        }
    }

    /// <summary>Checks a response.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="transaction">The sign-in.</param>
    /// <param name="client">The client.</param>
    /// <exception cref="AuthenticationFailedException">The response does not belong to the sign-in, or is none.</exception>
    internal static AuthorizationResponse Check(IEnumerable<KeyValuePair<string, string>> parameters, AuthorizationTransaction transaction, ClientRegistration client)
    {
        ILookup<string, string> fields = FieldsOf(parameters);

        // Whose it is comes first: a callback of another browser must not end this one's sign-in.
        if (Single(fields, Parameters.State) is not { } state || !transaction.HasState(state))
        {
            throw Failures.ResponseOfAnother().ToException();
        }

        if (transaction.IsUsed)
        {
            throw Failures.ResponseTwice().ToException();
        }

        if (client.Time.GetUtcNow() >= transaction.ExpiresOn)
        {
            throw Failures.ResponseTooLate().ToException();
        }

        CheckIssuer(fields, transaction, client);
        if (Array.Find(Protocol, name => fields[name].Count() > 1) is { } twice)
        {
            throw (twice is Parameters.Code or Parameters.Error ? Failures.ResponseWithoutCode() : Failures.ResponseParameterTwice(twice)).ToException();
        }

        return (Single(fields, Parameters.Error), Single(fields, Parameters.Code)) switch
        {
            ({ Length: > 0 } error, null) => new AuthorizationResponse(null, RefusalOf(error, fields)),
            (null, { Length: > 0 } code) when Characters.AreVisible(code) => new AuthorizationResponse(code, null),
            _ => throw Failures.ResponseWithoutCode().ToException(),
        };
    }

    /// <summary>Checks where the response arrived: an authorization server that mixes clients up sends it to the address of another (RFC 9700 section 4.4.2.2). The query of the redirect URI is part of it, and is retained (RFC 6749 section 3.1.2).</summary>
    /// <exception cref="AuthenticationFailedException">It is not the redirect URI of the sign-in.</exception>
    internal static void CheckAddress(Uri callback, AuthorizationTransaction transaction)
    {
        const UriComponents Address = UriComponents.SchemeAndServer | UriComponents.Path;
        var redirectUri = new Uri(transaction.RedirectUri.Value);
        ILookup<string, string> brought = FieldsOf(Parse(callback.Query));
        if (callback.GetComponents(Address, UriFormat.UriEscaped) != redirectUri.GetComponents(Address, UriFormat.UriEscaped)
            || !FieldsOf(Parse(redirectUri.Query)).All(own => brought[own.Key].SequenceEqual(own, StringComparer.Ordinal)))
        {
            throw Failures.ResponseAtAnotherAddress().ToException();
        }
    }

    /// <summary>The parameters of a query or a posted form.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Parse(string query) => query
        .TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static field => field.Split('=', 2))
        .Select(static pair => KeyValuePair.Create(WebUtility.UrlDecode(pair[0]), pair.Length > 1 ? WebUtility.UrlDecode(pair[1]) : ""));

    public override string ToString() => "authorization response";

    private static ILookup<string, string> FieldsOf(IEnumerable<KeyValuePair<string, string>> parameters) =>
        parameters.ToLookup(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);

    private static void CheckIssuer(ILookup<string, string> fields, AuthorizationTransaction transaction, ClientRegistration client)
    {
        bool isNamed = fields[Parameters.Issuer].Any();
        if (isNamed && !client.Server.KnowsIssuer)
        {
            throw Failures.IssuerNotConfigured(client.Server.Host).ToException();
        }

        if (!isNamed && transaction.NeedsIssuer)
        {
            throw Failures.ResponseWithoutIssuer(client.Server.Host).ToException();
        }

        if (isNamed && (Single(fields, Parameters.Issuer) is not { } issuer || !client.Server.IsIssuer(issuer, client.Tenant)))
        {
            throw Failures.ResponseFromAnotherServer().ToException();
        }
    }

    // None and several are the same: which of several would be meant?
    private static string? Single(ILookup<string, string> fields, string name) => fields[name].Count() == 1 ? fields[name].Single() : null;

    // The second and third are what LinkedIn says instead.
    private static bool IsDeclined(string word) => word is "access_denied" or "user_cancelled_login" or "user_cancelled_authorize";

    private static AuthorizationRefusedException RefusalOf(string error, ILookup<string, string> fields)
    {
        string word = ServerText.Clean(error, ServerText.LongestWord) ?? "";
        string? description = ServerText.Clean(Single(fields, Parameters.ErrorDescription), ServerText.LongestSentence);
        string? uri = ServerText.Clean(Single(fields, Parameters.ErrorUri), ServerText.LongestWord);
        return new AuthorizationRefusedException(Failures.AuthorizationRefused(word, description).Message, word, description, uri)
        {
            IsSignInRequired = IsDeclined(word) || word is "account_selection_required" or Parameters.InteractionRequired or Parameters.ConsentRequired or Parameters.LoginRequired,
            IsTransient = word is Parameters.TemporarilyUnavailable or "server_error",
        };
    }
}
