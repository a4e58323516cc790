using Azure.Core;

namespace AuthCode;

/// <summary>A caller's request that the cache could not answer, checked. What the cache answers was checked when it was first asked.</summary>
/// <param name="Key">What the token is kept under; no caller can change it any more.</param>
/// <param name="Scopes">The scopes to send, each once and in the caller's order.</param>
/// <param name="Claims">The claims to send, joined with the client's capabilities.</param>
/// <param name="Resource">The API that the token is for (RFC 8707); <see langword="null"/> when the server is not told.</param>
/// <param name="RequestId">The caller's correlation id, or a new one.</param>
internal sealed record TokenRequest(TokenCacheKey Key, IReadOnlyList<string> Scopes, string? Claims, string? Resource, Guid RequestId)
{
    private const int LongestScopes = 64 * 1024;

    /// <exception cref="ArgumentException">There is no scope, or one that is no scope, or too much of them.</exception>
    /// <exception cref="AuthenticationFailedException">The claims are not a usable JSON object.</exception>
    internal static TokenRequest From(in TokenCacheKey key, TokenRequestContext requestContext, ServerProfile dialect)
    {
        // Copied first: the caller's array may change while it is checked.
        TokenCacheKey own = key.Copy();
        IReadOnlyList<string> scopes = own.Scopes.Items;
        if (scopes.Count == 0)
        {
            throw new ArgumentException(
                "TokenRequestContext.Scopes must hold at least one scope, as https://vault.azure.net/.default.", nameof(requestContext));
        }

        if (!scopes.All(static scope => scope is not null && Characters.AreScopeToken(scope)))
        {
            throw new ArgumentException(
                "Each of TokenRequestContext.Scopes must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3): " +
                "pass several scopes as several strings.",
                nameof(requestContext));
        }

        if (scopes.Sum(static scope => (long)scope.Length) > LongestScopes)
        {
            throw new ArgumentException(
                $"TokenRequestContext.Scopes must not be longer than {LongestScopes / 1024} KiB together.", nameof(requestContext));
        }

        return new TokenRequest(
            own,
            scopes,
            // The client capability is Entra's own.
            ClaimsRequest.Merge(requestContext.Claims, requestContext.IsCaeEnabled && dialect.IsEntra),
            dialect.ResourceOf(scopes, nameof(requestContext)),
            Guid.TryParse(requestContext.ParentRequestId, out Guid requestId) ? requestId : RequestHeaders.NewRequestId());
    }

    public override string ToString() => $"{Key.Scopes} of {Key.Tenant}";
}
