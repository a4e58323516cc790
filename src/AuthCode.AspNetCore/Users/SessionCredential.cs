using Azure.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>The credential of a client that was created for a session: of that session alone, whoever uses it.</summary>
/// <param name="services">The services of the application.</param>
/// <param name="session">The session.</param>
/// <param name="isKept">Whether the client is kept between requests, so that it could be shared with another user by mistake.</param>
internal sealed class SessionCredential(IServiceProvider services, SessionReference session, bool isKept) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        // A client that was put into a static field meets the request of another user here, or of one who is not signed in.
        if (await UserScope.CallerAsync(services.GetRequiredService<IHttpContextAccessor>()).ConfigureAwait(false) is { IsKnown: true } caller && caller.Session != session)
        {
            throw new InvalidOperationException(
                "The client of one user was used in the request, circuit or hub method of another one, or of nobody. Inject a client of AddUserClient into scoped or transient services, and keep it in no singleton and no static field.");
        }

        AccessToken token = await SignedInSession.GetTokenAsync(services, session, requestContext, cancellationToken).ConfigureAwait(false);
        return isKept ? TokenForOneRequest.Of(token) : token;
    }

    public override string ToString() => session.ToString();
}
