using Azure.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>The credential of a client that is kept with a session: of that session alone, whoever uses it.</summary>
/// <param name="services">The services of the application.</param>
/// <param name="session">The session.</param>
internal sealed class SessionCredential(IServiceProvider services, SessionReference session) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        // A client that was put into a static field meets the request of another user here, as soon as it needs a token.
        return services.GetRequiredService<IHttpContextAccessor>().HttpContext is { } context && SessionReference.Of(context.User) is { } current && current != session
            ? throw new InvalidOperationException(
                "The client of one user was used in the request of another one. Inject a client of AddUserClient into scoped or transient services, and keep it in no singleton and no static field.")
            : SignedInSession.GetTokenAsync(services, session, requestContext, cancellationToken);
    }

    public override string ToString() => session.ToString();
}
