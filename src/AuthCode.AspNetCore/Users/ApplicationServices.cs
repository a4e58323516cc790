using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>The services of the application, by which those of a scope are told from them.</summary>
/// <param name="Provider">The services.</param>
internal sealed record ApplicationServices(IServiceProvider Provider)
{
    private readonly Lazy<UserScope?> _scope = new(() => Find(Provider));

    /// <summary>Whether a scope is the application's own: some containers make another service provider for it each time.</summary>
    internal bool HasScope(UserScope scope) => ReferenceEquals(scope, _scope.Value);

    private static UserScope? Find(IServiceProvider provider)
    {
        try
        {
            return provider.GetService<UserScope>();
        }
        catch (InvalidOperationException)
        {
            // The container validates scopes, and so has none here.
            return null;
        }
    }
}
