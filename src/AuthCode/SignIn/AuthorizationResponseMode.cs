namespace AuthCode;

/// <summary>Specifies how the authorization server returns its response through the browser.</summary>
/// <remarks>See <see href="https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html">OAuth 2.0 Form Post Response Mode</see>.</remarks>
public enum AuthorizationResponseMode
{
    /// <summary><c>query</c>: in the query of a redirect to the redirect URI.</summary>
    Query = 0,

    /// <summary><c>form_post</c>: in a form that the browser posts to the redirect URI, so that the code is in no log of addresses. Cookies that the callback needs must be <c>SameSite=None</c>.</summary>
    FormPost = 1,
}
