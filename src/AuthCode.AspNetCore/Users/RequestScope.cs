using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>The request that a service of a scope belongs to.</summary>
internal static class RequestScope
{
    /// <summary>The request whose own scope the services are.</summary>
    /// <param name="accessor">Knows the current request.</param>
    /// <param name="services">The services that something of the user was created with.</param>
    /// <param name="what">What was created.</param>
    /// <exception cref="InvalidOperationException">The services are not those of the current request, so what was created would be shared by users.</exception>
    /// <remarks>
    /// Implementation note: a singleton is created with the services of the application, and a scope of its own has other services than
    /// the request. Scope validation finds only the first, and is off in production.
    /// </remarks>
    internal static HttpContext Require(IHttpContextAccessor accessor, IServiceProvider services, string what)
    {
        HttpContext? context = accessor.HttpContext;
        return context is not null && ReferenceEquals(context.RequestServices, services)
            ? context
            : throw new InvalidOperationException(
                $"{what} follows the user of one request, and was created or used outside the scope of that request: by a singleton, by AddAzureClients, from a static field, in a scope of its own or after the request. " +
                "Azure SDK clients keep tokens, so one user would get the token of another. " +
                $"Register the client with AddUserClient(…) of AddAuthCode, inject it into scoped or transient services only, and use UserSessions.FindAsync(sessionKey) in the background.");
    }
}
