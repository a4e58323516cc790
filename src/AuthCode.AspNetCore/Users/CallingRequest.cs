using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>What is known of the request that a call flows with.</summary>
/// <param name="Scope">The scope of the request.</param>
/// <param name="Session">The session of its user; <see langword="null"/> for none.</param>
/// <param name="ServesHub">Whether it serves the connection of a hub. Its scope is then not that of an invocation, and its user may not be the one of a circuit.</param>
internal sealed record CallingRequest(UserScope? Scope, SessionReference? Session, bool ServesHub)
{
    /// <summary>The request; <see langword="null"/> if there is none.</summary>
    /// <remarks>
    /// Implementation note: with long polling, a hub works while the request that it flows with ends, and a server uses the object of a
    /// request that has ended for the next one. So what was read counts only if the request is there still.
    /// </remarks>
    internal static CallingRequest? Of(IHttpContextAccessor accessor)
    {
        if (accessor.HttpContext is not { } context)
        {
            return null;
        }

        try
        {
            IServiceProvider? services = context.RequestServices;
            var request = new CallingRequest(
                services?.GetService<UserScope>(), SessionReference.Of(context.User), context.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is not null);
            return ReferenceEquals(accessor.HttpContext, context) ? request : null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }
}
