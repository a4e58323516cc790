using Azure.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>A <see cref="TokenCredential"/> of the user of the current request, Blazor circuit or hub method.</summary>
/// <remarks>
/// <para>It belongs to the scope of a request, of a circuit, or of one invocation of a hub method. Anywhere else it throws an
/// <see cref="InvalidOperationException"/> with the remedy, when it is created or at the latest when it is used, also in production: an
/// Azure SDK client keeps the tokens of its credential, so a client that users share would send the token of one user for another.
/// Register clients with <c>AddUserClient</c>, which keeps one for each session.</para>
/// <para>A token of this credential says that it expires at once, so that no client keeps it for the next request. <c>HttpContext.GetUserTokenAsync</c>
/// returns tokens with their real expiry.</para>
/// <para>It writes to no response. In a circuit, the user is that of the <c>AuthenticationStateProvider</c>; in a hub, that of the connection.</para>
/// </remarks>
public sealed class UserCredential : TokenCredential
{
    private const string Name = "UserCredential";

    private readonly IServiceProvider _services;
    private readonly UserScope _scope;

    internal UserCredential(IServiceProvider services)
    {
        _services = services;
        _scope = services.GetRequiredService<UserScope>();
        _scope.RequireForCreation(Name);
    }

    /// <summary>Acquires an access token of the user, or returns a cached one, and blocks the calling thread meanwhile.</summary>
    /// <param name="requestContext">Scopes (at least one), and optionally claims, a tenant and whether continuous access evaluation is enabled.</param>
    /// <param name="cancellationToken">Cancels the wait of this caller.</param>
    /// <returns>The token, which says that it expires at once.</returns>
    /// <exception cref="InvalidOperationException">The credential is used outside its request, circuit or hub method, or the user has changed.</exception>
    /// <exception cref="AuthenticationFailedException">No user is signed in, the session has ended or is lost, or no token could be acquired.</exception>
    /// <exception cref="OperationCanceledException">The caller canceled the call.</exception>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Acquires an access token of the user, or returns a cached one.</summary>
    /// <inheritdoc cref="GetToken" path="/param|/returns|/exception"/>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        SessionReference session = await _scope.RequireSessionAsync(Name, requestContext.Scopes).ConfigureAwait(false);
        return TokenForOneRequest.Of(await SignedInSession.GetTokenAsync(_services, session, requestContext, cancellationToken).ConfigureAwait(false));
    }
}
