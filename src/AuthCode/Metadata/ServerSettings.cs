using System.Collections.Frozen;
using System.Collections.ObjectModel;

namespace AuthCode;

/// <summary>The checked values of <see cref="AuthorizationServerOptions"/>.</summary>
internal sealed class ServerSettings
{
    /// <summary>The longest life of a token that a server or an option states; more is a mistake.</summary>
    internal static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(365);

    internal const string DefaultNameClaim = "name";

    internal const string DefaultRoleClaim = "roles";

    // A token of these is bound to a key, or is no access token (RFC 8693 section 2.2.1).
    private static readonly string[] OtherTypes = [Parameters.DPoP, "PoP", "mac", "N_A"];

    /// <summary>Those of a server that has no options.</summary>
    internal static readonly ServerSettings None = new();

    /// <summary>Whether <c>offline_access</c> is requested.</summary>
    internal bool RequestsOfflineAccess { get; private init; }

    /// <summary>Whether authorize requests are pushed.</summary>
    internal bool UsesPushedAuthorization { get; private init; }

    /// <summary>The resource indicator of each scope that has one.</summary>
    internal IReadOnlyDictionary<string, string> Resources { get; private init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How long a token lives if the server does not say.</summary>
    internal TimeSpan? UnstatedTokenLifetime { get; private init; }

    /// <summary>The types of bearer tokens beside <c>Bearer</c>; an empty one stands for none.</summary>
    internal IReadOnlySet<string> BearerTypes { get; private init; } = FrozenSet<string>.Empty;

    /// <summary>What stands between two scopes of a request.</summary>
    internal char ScopeSeparator { get; private init; } = ' ';

    /// <summary>Whether a refresh is always for all scopes of the session.</summary>
    internal bool RefreshesAllScopes { get; private init; }

    /// <summary>Whether codes are bound to the sign-in by PKCE.</summary>
    internal bool UsesPkce { get; private init; } = true;

    /// <summary>Whether ID tokens are bound to the sign-in by a nonce.</summary>
    internal bool UsesNonce { get; private init; } = true;

    /// <summary>Whether a response must name its issuer if the metadata states that responses do.</summary>
    internal bool RequiresResponseIssuer { get; private init; } = true;

    /// <summary>The sign-out endpoint of a server whose metadata does not name it.</summary>
    internal Uri? EndSession { get; private init; }

    internal string NameClaim { get; private init; } = DefaultNameClaim;

    internal string RoleClaim { get; private init; } = DefaultRoleClaim;

    internal ParameterChanges Authorization { get; private set; } = ParameterChanges.None;

    internal ParameterChanges Code { get; private init; } = ParameterChanges.None;

    internal ParameterChanges Refresh { get; private init; } = ParameterChanges.None;

    internal ParameterChanges SignOut { get; private init; } = ParameterChanges.None;

    /// <exception cref="ArgumentException">An option is not usable.</exception>
    internal static ServerSettings From(AuthorizationServerOptions? options)
    {
        if (options is null)
        {
            return None;
        }

        if (options.ScopeSeparator is not (' ' or ','))
        {
            throw new ArgumentException("ScopeSeparator must be a space or a comma.", nameof(options));
        }

        if (string.IsNullOrWhiteSpace(options.NameClaimType) || string.IsNullOrWhiteSpace(options.RoleClaimType))
        {
            throw new ArgumentException("NameClaimType and RoleClaimType must each name a claim.", nameof(options));
        }

        return new ServerSettings
        {
            RequestsOfflineAccess = options.RequestOfflineAccess,
            UsesPushedAuthorization = options.UsePushedAuthorization,
            Resources = ResourcesOf(options),
            UnstatedTokenLifetime = options.UnstatedTokenLifetime,
            BearerTypes = BearerTypesOf(options),
            ScopeSeparator = options.ScopeSeparator,
            RefreshesAllScopes = options.RefreshAllScopes,
            UsesPkce = !options.UnsafeWithoutPkce,
            UsesNonce = !options.UnsafeWithoutNonce,
            RequiresResponseIssuer = !options.UnsafeWithoutResponseIssuer,
            EndSession = options.EndSessionEndpoint,
            NameClaim = options.NameClaimType,
            RoleClaim = options.RoleClaimType,
            Authorization = ParameterChanges.From(
                options.AuthorizationParameters.Select(static added => KeyValuePair.Create(added.Key, (string?)added.Value)), nameof(options.AuthorizationParameters)),
            Code = ParameterChanges.From(options.CodeParameters, nameof(options.CodeParameters), Parameters.Scope, Parameters.Resource),
            Refresh = ParameterChanges.From(
                options.RefreshParameters, nameof(options.RefreshParameters), Parameters.Scope, Parameters.Resource, Parameters.RedirectUri),
            SignOut = ParameterChanges.From(
                options.SignOutParameters, nameof(options.SignOutParameters),
                Parameters.ClientId, Parameters.PostLogoutRedirectUri, Parameters.IdTokenHint, Parameters.State),
        };
    }

    /// <summary>The same settings with further parameters of authorize requests, which take precedence.</summary>
    /// <exception cref="ArgumentException">A parameter has no name, or the library sets it itself.</exception>
    internal ServerSettings With(IDictionary<string, string> authorizationParameters)
    {
        var copy = (ServerSettings)MemberwiseClone();
        copy.Authorization = ParameterChanges.From(
            [
                .. authorizationParameters.Select(static added => KeyValuePair.Create(added.Key, (string?)added.Value)),
                .. Authorization.Added.Where(own => !authorizationParameters.ContainsKey(own.Key)).Select(static own => KeyValuePair.Create(own.Key, (string?)own.Value)),
            ],
            nameof(AuthorizationCodeClientOptions.AuthorizationParameters));
        return copy;
    }

    private static FrozenSet<string> BearerTypesOf(AuthorizationServerOptions options)
    {
        foreach (string type in options.BearerTokenTypes)
        {
            if (type is null || (type.Length > 0 && !Characters.AreScopeToken(type)) || OtherTypes.Contains(type, StringComparer.OrdinalIgnoreCase))
            {
                throw new ArgumentException(
                    "Each entry of BearerTokenTypes must be a token type of bearer tokens without spaces, or the empty string for responses without one.", nameof(options));
            }
        }

        return options.BearerTokenTypes.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    private static Dictionary<string, string> ResourcesOf(AuthorizationServerOptions options)
    {
        var resources = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string scope, Uri resource) in options.Resources)
        {
            if (!Characters.AreScopeToken(scope) || resource is null || !resource.IsAbsoluteUri
                || resource.OriginalString.Contains('#', StringComparison.Ordinal) || !Characters.AreScopeToken(resource.OriginalString))
            {
                throw new ArgumentException(
                    "Each entry of Resources must be a scope and an absolute URI without a fragment (RFC 8707, section 2).", nameof(options));
            }

            resources.Add(scope, resource.OriginalString);
        }

        return resources;
    }
}
