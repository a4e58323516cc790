using System.Security.Claims;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>The session of a signed-in user, and its tokens.</summary>
internal static class SignedInSession
{
    /// <summary>The session that the claims of a user name.</summary>
    /// <exception cref="AuthenticationFailedException">No user of AuthCode is signed in.</exception>
    internal static SessionReference Require(ClaimsPrincipal user, string[] scopes) => Require(SessionReference.Of(user), scopes);

    /// <inheritdoc cref="Require(ClaimsPrincipal, string[])"/>
    internal static SessionReference Require(SessionReference? session, string[] scopes) => session ?? throw new AuthenticationFailedException(
        "No user is signed in by AuthCode, so there is no token. Call RequireAuthorization() or [Authorize] at the endpoint, and UseAuthentication() before it. " +
        "In IClaimsTransformation and OnValidatePrincipal the user of the request is not set yet: use UserSessions.FindAsync(principal.GetSessionKey()) there.")
    {
        IsSignInRequired = true,
        Scopes = scopes,
    };

    /// <summary>A token of a session.</summary>
    /// <exception cref="AuthenticationFailedException">The session has ended or is lost, or there is no token.</exception>
    internal static async ValueTask<AccessToken> GetTokenAsync(
        IServiceProvider services, SessionReference reference, TokenRequestContext context, CancellationToken cancellationToken)
    {
        UserSession session = await services.GetRequiredKeyedService<UserSessions>(reference.Scheme).FindAsync(reference.Key, cancellationToken).ConfigureAwait(false)
            ?? throw Gone(context, innerException: null);
        try
        {
            return await session.Credential.GetTokenAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e) when (e.ObjectName == typeof(AuthorizationCodeCredential).FullName)
        {
            // It has ended since it was found: signed out in another browser, for example.
            throw Gone(context, e);
        }
    }

    private static AuthenticationFailedException Gone(TokenRequestContext context, Exception? innerException) => new(
        "The session of the user has ended or is lost. Sign the user in again.", innerException)
    {
        IsSignInRequired = true,
        Scopes = context.Scopes,
        TenantId = context.TenantId,
    };
}
