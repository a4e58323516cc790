using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Whether the endpoint of a request needs the user of a cookie. This is looked up only if the claims of that user cannot be read.</summary>
/// <param name="context">The request.</param>
internal sealed class RequiredUser(HttpContext context)
{
    // A scheme that forwards to itself is a mistake, which the framework tells.
    private const int MostForwards = 8;

    /// <summary>Whether the policies of the endpoint authenticate by a cookie. Where anyone may go, a user whose claims cannot be read goes on without them.</summary>
    internal async Task<bool> IsOfAsync(string cookieScheme)
    {
        EndpointMetadataCollection? metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<IAllowAnonymous>() is not null || context.RequestServices.GetService<IAuthorizationPolicyProvider>() is not { } policies)
        {
            return false;
        }

        AuthorizationPolicy? policy = await AuthorizationPolicy.CombineAsync(
            policies, metadata?.GetOrderedMetadata<IAuthorizeData>() ?? [], metadata?.GetOrderedMetadata<AuthorizationPolicy>() ?? []).ConfigureAwait(false);
        if (policy is not { AuthenticationSchemes: { Count: > 0 } schemes })
        {
            // The user of the request, by whichever scheme the application found it.
            return policy is not null;
        }

        foreach (string scheme in schemes)
        {
            if (await TargetOfAsync(scheme).ConfigureAwait(false) == cookieScheme)
            {
                return true;
            }
        }

        return false;
    }

    // The scheme that authenticates in the end. Which handlers of others forward is not known.
    private async Task<string?> TargetOfAsync(string? scheme)
    {
        var schemes = context.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>();
        for (int forwards = 0; scheme is not null && forwards < MostForwards; forwards++)
        {
            Type? handler = (await schemes.GetSchemeAsync(scheme).ConfigureAwait(false))?.HandlerType;
            if (handler == typeof(PolicySchemeHandler))
            {
                PolicySchemeOptions options = context.RequestServices.GetRequiredService<IOptionsMonitor<PolicySchemeOptions>>().Get(scheme);
                scheme = options.ForwardAuthenticate ?? options.ForwardDefaultSelector?.Invoke(context) ?? options.ForwardDefault;
            }
            else if (handler == typeof(AuthCodeHandler))
            {
                scheme = context.RequestServices.GetRequiredService<IOptionsMonitor<AuthCodeOptions>>().Get(scheme).SignInScheme;
            }
            else
            {
                break;
            }
        }

        return scheme;
    }
}
