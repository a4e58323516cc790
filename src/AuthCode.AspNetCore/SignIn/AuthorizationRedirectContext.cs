using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AuthCode;

/// <summary>Describes the authorize request that the browser is about to be sent with.</summary>
public sealed class AuthorizationRedirectContext : PropertiesContext<AuthCodeOptions>
{
    internal AuthorizationRedirectContext(
        HttpContext context, AuthenticationScheme scheme, AuthCodeOptions options, AuthenticationProperties properties, IList<string> scopes, AuthorizationRequestOptions request)
        : base(context, scheme, options, properties)
    {
        Scopes = scopes;
        Request = request;
    }

    /// <summary>Gets the scopes, which can be changed.</summary>
    public IList<string> Scopes { get; }

    /// <summary>Gets the further parameters, which can be changed, such as <see cref="AuthorizationRequestOptions.DomainHint"/>.</summary>
    public new AuthorizationRequestOptions Request { get; }
}
