using Azure.Core;

namespace AuthCode;

/// <summary>A token that no client keeps, because it says that it expires at once.</summary>
/// <remarks>
/// Implementation note: Azure SDK clients keep tokens per client. With tokens that they keep, one that users share would send the token of
/// the first user for all others, and ask no credential that could refuse it. To ask costs a look into the cache of the session.
/// </remarks>
internal static class TokenForOneRequest
{
    // By the clock of Azure.Core, which is the system's.
    internal static AccessToken Of(AccessToken token) => new(token.Token, TimeProvider.System.GetUtcNow(), refreshOn: null, token.TokenType);
}
