using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>What the requests to one kind of server hold beside the fields of RFC 6749.</summary>
internal abstract class ServerProfile(ServerSettings settings, DPoPProofs? proofs, KeyValuePair<string, string>[] ownFields)
{
    /// <summary>What signs the proofs of tokens that are bound to a key; <see langword="null"/> if they are not.</summary>
    internal readonly DPoPProofs? Proofs = proofs;

    /// <summary>The kind of token that is requested.</summary>
    internal readonly string TokenType = proofs is null ? Parameters.Bearer : Parameters.DPoP;

    /// <summary>How long a token lives if the server does not say; <see langword="null"/> for the default.</summary>
    internal readonly TimeSpan? UnstatedTokenLifetime = settings.UnstatedTokenLifetime;

    /// <summary>Whether authorize requests are pushed although the server does not require it.</summary>
    internal bool UsesPushedAuthorization => settings.UsesPushedAuthorization;

    /// <summary>Whether the server issues tokens for clients that can respond to claims challenges (CP1).</summary>
    internal virtual bool HasClientCapabilities => false;

    /// <summary>Whether a sign-out request holds the ID token.</summary>
    internal virtual bool SendsIdTokenHint => true;

    /// <summary>The profile of a server.</summary>
    internal static ServerProfile Of(AuthorizationServer server, DPoPProofs? proofs) =>
        server.IsEntra ? new EntraProfile(server.Settings) : new StandardProfile(server.Settings, server.IsOpenIdProvider, proofs);

    /// <summary>The value of <c>scope</c> in a token request.</summary>
    internal abstract string ScopeOf(IReadOnlyList<string> scopes);

    /// <summary>The scopes of an authorize request.</summary>
    internal abstract IEnumerable<string> ScopesOfSignIn(IReadOnlyList<string> scopes);

    /// <summary>The scopes that a code is redeemed with: a user may consent to several APIs at once, but a token is for one.</summary>
    internal abstract string[] ScopesOfRedemption(IReadOnlyList<string> scopes);

    /// <summary>The fields of an authorize or token request that no standard has.</summary>
    internal readonly KeyValuePair<string, string>[] OwnFields = ownFields;

    internal virtual void AddHeaders(HttpRequestHeaders headers, Guid requestId, string? routingHint) => RequestHeaders.AddStandard(headers);

    /// <summary>The resource indicators of scopes, each once.</summary>
    internal IReadOnlyList<string> ResourcesOf(IReadOnlyList<string> scopes) => settings.Resources.Count == 0
        ? []
        : [.. scopes.Select(ResourceOf).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The resource that scopes belong to; <see langword="null"/> if none has one.</summary>
    /// <exception cref="ArgumentException">They belong to several, and a token is for one.</exception>
    internal string? ResourceOf(IReadOnlyList<string> scopes, string parameterName)
    {
        if (settings.Resources.Count == 0)
        {
            return null;
        }

        IReadOnlyList<string> resources = ResourcesOf(scopes);
        return resources.Count == 0 ? null : resources.Count == 1 ? resources[0] : throw new ArgumentException(
            "The scopes belong to several resources (AuthorizationServerOptions.Resources), and a token is for one: request a token for each.", parameterName);
    }

    private protected string? ResourceOf(string scope) => settings.Resources.GetValueOrDefault(scope);
}
