namespace AuthCode;

/// <summary>The checked values of <see cref="AuthorizationServerOptions"/>.</summary>
/// <param name="requestsOfflineAccess">Whether <c>offline_access</c> is requested.</param>
/// <param name="usesPushedAuthorization">Whether authorize requests are pushed.</param>
/// <param name="resources">The resource indicator of each scope that has one.</param>
/// <param name="unstatedTokenLifetime">How long a token lives if the server does not say.</param>
internal sealed class ServerSettings(
    bool requestsOfflineAccess, bool usesPushedAuthorization, IReadOnlyDictionary<string, string> resources, TimeSpan? unstatedTokenLifetime)
{
    /// <summary>Entra's longest access tokens, those of continuous access evaluation, live 28 hours.</summary>
    internal static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(28);

    /// <summary>Those of a server that has no options.</summary>
    internal static readonly ServerSettings None = new(false, false, System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty, null);

    internal readonly bool RequestsOfflineAccess = requestsOfflineAccess;

    internal readonly bool UsesPushedAuthorization = usesPushedAuthorization;

    internal readonly IReadOnlyDictionary<string, string> Resources = resources;

    internal readonly TimeSpan? UnstatedTokenLifetime = unstatedTokenLifetime;

    /// <exception cref="ArgumentException">A resource indicator is not usable.</exception>
    internal static ServerSettings From(AuthorizationServerOptions? options)
    {
        if (options is null)
        {
            return None;
        }

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

        return new ServerSettings(options.RequestOfflineAccess, options.UsePushedAuthorization, resources, options.UnstatedTokenLifetime);
    }
}
