using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>Marks the scope of services that something of a user was created in: one instance for each scope.</summary>
/// <remarks>
/// Implementation note: a singleton is created in the scope of the application, and a scope of its own is none of a request. Scope validation
/// finds only the first, and is off in production. The service providers themselves are not compared, because some containers make
/// another one each time.
/// </remarks>
internal sealed class RequestScope
{
    /// <summary>The request whose own scope this is.</summary>
    /// <param name="accessor">Knows the current request.</param>
    /// <param name="what">What was created.</param>
    /// <exception cref="InvalidOperationException">The scope is not that of the current request, so what was created would be shared by users.</exception>
    internal HttpContext Require(IHttpContextAccessor accessor, string what) =>
        accessor.HttpContext is { } context && ReferenceEquals(context.RequestServices.GetRequiredService<RequestScope>(), this)
            ? context
            : throw new InvalidOperationException(
                $"{what} follows the user of one request, and was created or used outside the scope of that request: by a singleton, by AddAzureClients, from a static field, in a scope of its own or after the request. " +
                "Azure SDK clients keep tokens, so one user would get the token of another. " +
                "Register the client with AddUserClient(…) of AddAuthCode, inject it into scoped or transient services only, and use UserSessions.FindAsync(sessionKey) in the background.");
}
