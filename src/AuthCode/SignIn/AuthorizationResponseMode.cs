namespace AuthCode;

/// <summary>How the authorization server hands its answer to the user's browser.</summary>
/// <remarks>See <see href="https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html">OAuth 2.0 Form Post Response Mode</see>.</remarks>
public enum AuthorizationResponseMode
{
    /// <summary><c>query</c>: in the query of a redirect to the redirect URI.</summary>
    Query = 0,

    /// <summary><c>form_post</c>: in a form that the browser posts to the redirect URI, so that the code is in no log of addresses.</summary>
    FormPost = 1,
}
