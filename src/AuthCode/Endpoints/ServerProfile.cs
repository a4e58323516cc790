using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>What the requests to one kind of server hold beside the fields of RFC 6749.</summary>
internal abstract class ServerProfile(ServerSettings settings, DPoPProofs? proofs, KeyValuePair<string, string>[] ownFields)
{
    /// <summary>What the server's options say.</summary>
    internal readonly ServerSettings Settings = settings;

    /// <summary>What signs the proofs of tokens that are bound to a key; <see langword="null"/> if they are not.</summary>
    internal readonly DPoPProofs? Proofs = proofs;

    /// <summary>The kind of token that is requested.</summary>
    internal readonly string TokenType = proofs is null ? Parameters.Bearer : Parameters.DPoP;

    /// <summary>The fields of an authorize or token request that no standard has.</summary>
    internal readonly KeyValuePair<string, string>[] OwnFields = ownFields;

    /// <summary>Whether each refresh is for all scopes of the session. Set once the server is found to narrow the refresh token to the scopes of a refresh, against RFC 6749 section 6.</summary>
    internal volatile bool RefreshesAllScopes = settings.RefreshesAllScopes;

    /// <summary>Whether each scope says something about what an access token can do.</summary>
    internal virtual bool CountsAllScopes => true;

    /// <summary>Whether the server issues tokens for clients that can respond to claims challenges (CP1).</summary>
    internal virtual bool HasClientCapabilities => false;

    /// <summary>Whether an authorize request names its response mode although it is the default.</summary>
    internal virtual bool SendsDefaultResponseMode => false;

    /// <summary>The profile of a server.</summary>
    internal static ServerProfile Of(AuthorizationServer server, ServerSettings settings, DPoPProofs? proofs) =>
        server.IsEntra ? new EntraProfile(server, settings) : new StandardProfile(settings, proofs);

    /// <summary>The value of <c>scope</c> in the redemption of a code; <see langword="null"/> leaves it out.</summary>
    internal abstract string? ScopeOfCode(string[] scopes);

    /// <summary>The value of <c>scope</c> in a refresh; <see langword="null"/> leaves it out.</summary>
    /// <param name="scopes">The scopes of the caller.</param>
    /// <param name="session">The scopes of the session; <see langword="null"/> if they are not known.</param>
    internal abstract string? ScopeOfRefresh(string[] scopes, ScopeGrant? session);

    /// <summary>The scopes of an authorize request.</summary>
    /// <param name="scopes">The scopes of the caller.</param>
    /// <param name="isOpenIdProvider">Whether the server says who the user is.</param>
    internal abstract IEnumerable<string> ScopesOfSignIn(IReadOnlyList<string> scopes, bool isOpenIdProvider);

    /// <summary>The scopes that a code is redeemed with: a user may consent to several APIs at once, but a token is for one.</summary>
    internal abstract string[] ScopesOfRedemption(IReadOnlyList<string> scopes);

    /// <summary>The scopes of the token that the userinfo endpoint is asked with.</summary>
    /// <param name="scopes">The scopes that the code was redeemed with.</param>
    internal virtual string[] ScopesOfUserInfo(string[] scopes) => scopes;

    /// <summary>Whether a sign-out request holds the ID token.</summary>
    internal virtual bool SendsIdTokenHint => true;

    internal virtual void AddHeaders(HttpRequestHeaders headers, Guid requestId, string? routingHint) => RequestHeaders.AddStandard(headers);

    /// <summary>The resource indicators of scopes, each once.</summary>
    internal IReadOnlyList<string> ResourcesOf(IReadOnlyList<string> scopes) => Settings.Resources.Count == 0
        ? []
        : [.. scopes.Select(ResourceOf).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The resource of the first scope that has one, whatever is wrong with the scopes; <see langword="null"/> if none has one.</summary>
    internal string? ResourceOf(string[]? scopes) => Settings.Resources.Count == 0 || scopes is null
        ? null
        : scopes.Select(scope => scope is null ? null : ResourceOf(scope)).FirstOrDefault(static resource => resource is not null);

    /// <exception cref="ArgumentException">The scopes belong to several resources, and a token is for one.</exception>
    internal void RequireOneResource(IReadOnlyList<string> scopes, string parameterName)
    {
        if (ResourcesOf(scopes).Count > 1)
        {
            throw new ArgumentException(
                "The scopes belong to several resources (AuthorizationServerOptions.Resources), and a token is for one: request a token for each.", parameterName);
        }
    }

    private protected string? ResourceOf(string scope) => Settings.Resources.GetValueOrDefault(scope);
}
