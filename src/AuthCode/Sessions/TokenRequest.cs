using Azure.Core;

namespace AuthCode;

/// <summary>A caller's request that the cache could not serve, checked. Two requests for the same token are equal.</summary>
internal sealed class TokenRequest : IEquatable<TokenRequest>
{
    private const int LongestScopes = 64 * 1024;

    /// <summary>More scopes than any request needs; they are counted before they are compared with one another.</summary>
    internal const int MostScopes = 256;

    private TokenRequest(in TokenCacheKey key, TokenParameters parameters, bool isForSignIn, bool isForEither, bool isRevocation)
    {
        IsForEither = isForEither;
        IsForSignIn = isForSignIn;
        IsRevocation = isRevocation;
        Key = key;
        Parameters = parameters;
    }

    /// <summary>Whether the ID token that comes with the token is needed.</summary>
    internal readonly bool IsForSignIn;

    /// <summary>Whether the token is for callers of either kind, since nobody knows yet who will call: with continuous access evaluation, and without.</summary>
    internal readonly bool IsForEither;

    /// <summary>Whether the claims say that whatever was issued before is no longer good.</summary>
    internal readonly bool IsRevocation;

    /// <summary>What the token is kept under; no caller can change it any more.</summary>
    internal readonly TokenCacheKey Key;

    /// <summary>What the server is asked with.</summary>
    internal readonly TokenParameters Parameters;

    /// <exception cref="ArgumentException">There is no scope, or one that is no scope, or they are too long.</exception>
    /// <exception cref="AuthenticationFailedException">The claims are not a usable JSON object.</exception>
    internal static TokenRequest From(in TokenCacheKey key, TokenRequestContext requestContext, ServerProfile profile, bool isForSignIn = false, bool isForEither = false)
    {
        RequireFewScopes(key, nameof(requestContext));

        // Copied first: the caller's array may change while it is checked.
        TokenCacheKey own = key.Copy();
        string[] scopes = own.Scopes.Items;
        Check(scopes, nameof(requestContext));
        profile.RequireOneResource(scopes, nameof(requestContext));

        string? claims = ClaimsRequest.Merge(requestContext.Claims, requestContext.IsCaeEnabled && profile.HasClientCapabilities, out bool isRevocation);
        Guid requestId = Guid.TryParse(requestContext.ParentRequestId, out Guid parent) ? parent : RequestHeaders.NewRequestId();
        return new TokenRequest(own, new TokenParameters(own.Tenant, scopes, claims, own.Resource, requestId), isForSignIn, isForSignIn || isForEither, isRevocation);
    }

    /// <summary>The request of a sign-in, which needs the ID token too.</summary>
    internal static TokenRequest ForSignIn(string[] scopes, TenantId tenant, ServerProfile profile) =>
        From(new TokenCacheKey(new ScopeSet(scopes, profile.CountsAllScopes), tenant, claims: null, isCaeEnabled: false, profile.ResourceOf(scopes)), new TokenRequestContext(scopes), profile, isForSignIn: true);

    /// <summary>The request that acquired a cached token, once more.</summary>
    /// <param name="key">What the token is kept under; without claims.</param>
    /// <param name="isForEither">Whether it is kept for callers of either kind.</param>
    /// <param name="profile">The server's profile.</param>
    internal static TokenRequest Again(in TokenCacheKey key, bool isForEither, ServerProfile profile) =>
        From(key, new TokenRequestContext(key.Scopes.Items, isCaeEnabled: key.IsCaeEnabled), profile, isForEither: isForEither);

    public bool Equals(TokenRequest? other) => other is not null && Key.Equals(other.Key);

    public override bool Equals(object? obj) => Equals(obj as TokenRequest);

    public override int GetHashCode() => Key.GetHashCode();

    public override string ToString() => $"{Key.Scopes} of {Key.Tenant}";

    private static void RequireFewScopes(in TokenCacheKey key, string parameterName)
    {
        if (key.Scopes.Items.Length > MostScopes)
        {
            throw new ArgumentException($"TokenRequestContext.Scopes must not hold more than {MostScopes} scopes.", parameterName);
        }
    }

    private static void Check(string[] scopes, string parameterName)
    {
        if (scopes.Length == 0)
        {
            throw new ArgumentException(
                "TokenRequestContext.Scopes must hold at least one scope, such as https://vault.azure.net/.default.", parameterName);
        }

        long length = 0;
        foreach (string scope in scopes)
        {
            if (scope is null || !Characters.AreScopeToken(scope))
            {
                throw new ArgumentException(
                    "Each of TokenRequestContext.Scopes must be printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3): " +
                    "pass several scopes as several strings.",
                    parameterName);
            }

            length += scope.Length;
        }

        if (length > LongestScopes)
        {
            throw new ArgumentException(
                $"TokenRequestContext.Scopes must not be longer than {LongestScopes / 1024} KiB together.", parameterName);
        }
    }
}
