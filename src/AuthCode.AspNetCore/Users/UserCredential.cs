using Azure.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>A <see cref="TokenCredential"/> of the user of the current request.</summary>
/// <remarks>
/// <para>It belongs to the scope of a request. Created or used anywhere else, it throws an <see cref="InvalidOperationException"/> with the
/// remedy, also in production: an Azure SDK client keeps the tokens of its credential, so a client that users share would send the token of
/// one user for another. Register clients with <c>AddUserClient</c>, which keeps one for each session.</para>
/// <para>A token of this credential says that it expires at once, so that no client keeps it for the next request. <c>HttpContext.GetUserTokenAsync</c>
/// returns tokens with their real expiry.</para>
/// </remarks>
public sealed class UserCredential : TokenCredential
{
    private const string Name = "UserCredential";

    private readonly IServiceProvider _services;

    // Outlives the services, which are disposed of when the request is over.
    private readonly IHttpContextAccessor _accessor;
    private readonly RequestScope _scope;
    private SessionReference? _session;

    internal UserCredential(IServiceProvider services)
    {
        _services = services;
        _accessor = services.GetRequiredService<IHttpContextAccessor>();
        _scope = services.GetRequiredService<RequestScope>();
        _scope.Require(_accessor, Name);
    }

    /// <summary>Acquires an access token of the user, or returns a cached one, and blocks the calling thread meanwhile.</summary>
    /// <param name="requestContext">Scopes (at least one), and optionally claims, a tenant and whether continuous access evaluation is enabled.</param>
    /// <param name="cancellationToken">Cancels the wait of this caller.</param>
    /// <returns>The token, which says that it expires at once.</returns>
    /// <exception cref="InvalidOperationException">The credential is used outside its request, or the user of the request has changed.</exception>
    /// <exception cref="AuthenticationFailedException">No user is signed in, the session has ended or is lost, or no token could be acquired.</exception>
    /// <exception cref="OperationCanceledException">The caller canceled the call.</exception>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Acquires an access token of the user, or returns a cached one.</summary>
    /// <inheritdoc cref="GetToken" path="/param|/returns|/exception"/>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        HttpContext context = _scope.Require(_accessor, Name);
        SessionReference session = SignedInSession.Require(context.User, requestContext.Scopes);
        if (Interlocked.CompareExchange(ref _session, session, null) is { } pinned && pinned != session)
        {
            throw new InvalidOperationException("The user of the request has changed since this UserCredential was used first. Redirect the browser after a sign-in, and use the credential in the next request.");
        }

        return TokenForOneRequest.Of(await SignedInSession.GetTokenAsync(_services, session, requestContext, cancellationToken).ConfigureAwait(false));
    }
}
