using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Where a user goes who must sign in again or consent, from a Blazor component or a hub, which have no response to redirect. A scoped service.</summary>
/// <remarks>In a component: <c>Navigation.NavigateTo(signIn.AddressFor(failure, Navigation.Uri), forceLoad: true)</c>. Endpoints do not need it: <c>UseAuthCode</c> does this for them.</remarks>
public sealed class UserSignIn
{
    private readonly IServiceProvider _services;

    internal UserSignIn(IServiceProvider services) => _services = services;

    /// <summary>Creates the address of this application that starts the sign-in which a failure asks for, with its scopes and claims.</summary>
    /// <param name="failure">Why there was no token: <see cref="AuthenticationFailedException.IsSignInRequired"/> is <see langword="true"/>, or there are claims in <see cref="AuthenticationFailedException.Response"/>.</param>
    /// <param name="returnAddress">Where the user comes back to: an address of this application, such as <c>NavigationManager.Uri</c> or <c>/orders</c>. One of another host is refused when the sign-in starts.</param>
    /// <returns>A path, to be loaded by the browser as a page. It is good for 15 minutes, or <see cref="RemoteAuthenticationOptions.RemoteAuthenticationTimeout"/>.</returns>
    /// <remarks>
    /// A user who has come back is not sent away again for the same reason within five minutes, and gets 403. One who has signed in meanwhile,
    /// in another tab for example, goes to <paramref name="returnAddress"/> at once, since the page has the new session when it is loaded.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="failure"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="returnAddress"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">This is no request of a user, no token was asked for in this scope, and no scheme of AuthCode is the default of challenges.</exception>
    public string AddressFor(AuthenticationFailedException failure, string returnAddress)
    {
        ArgumentNullException.ThrowIfNull(failure);
        ArgumentException.ThrowIfNullOrWhiteSpace(returnAddress);
        UserScope scope = _services.GetRequiredService<UserScope>();
        AuthenticationOptions authentication = _services.GetRequiredService<IOptions<AuthenticationOptions>>().Value;
        SessionReference? session = scope.Session ?? scope.OwnRequest()?.Session;
        string? scheme = session?.Scheme ?? authentication.DefaultChallengeScheme ?? authentication.DefaultScheme;
        if (scheme is null || _services.GetKeyedService<UserSessions>(scheme) is null)
        {
            throw new InvalidOperationException(
                "It is not known by which scheme the user signs in: this is no request of a user, no token was asked for in this scope, and the default of challenges is no scheme of AuthCode. Set AuthenticationOptions.DefaultChallengeScheme to one.");
        }

        AuthCodeOptions options = _services.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(scheme);
        var properties = new AuthCodeChallengeProperties { RedirectUri = returnAddress, Scopes = failure.Scopes, Claims = failure.Response?.Claims };
        if (session is not null)
        {
            properties.Items[StartAddress.Session] = StartAddress.HashOf(session);
        }

        return StartAddress.Of(options, properties, (options.TimeProvider ?? TimeProvider.System).GetUtcNow(), scope.PathBase);
    }
}
