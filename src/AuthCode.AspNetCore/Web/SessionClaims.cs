using System.Security.Claims;

namespace AuthCode;

/// <summary>The claims by which a cookie names a session. Their issuer is the authentication scheme that signed the user in, so they can be copied to another identity.</summary>
internal static class SessionClaims
{
    internal const string SessionKey = "authcode:session";
    internal const string AccountKey = "authcode:account";

    /// <summary>The claims of a session.</summary>
    internal static Claim[] Of(string scheme, string sessionKey, string accountKey) =>
    [
        new Claim(SessionKey, sessionKey, ClaimValueTypes.String, scheme),
        new Claim(AccountKey, accountKey, ClaimValueTypes.String, scheme),
    ];
}
