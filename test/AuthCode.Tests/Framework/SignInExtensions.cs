namespace AuthCode.Tests;

/// <summary>The beginning of a sign-in at a server whose endpoints are known, where nothing is sent and nothing needs to be awaited.</summary>
internal static class SignInExtensions
{
    internal static AuthorizationRequest CreateAuthorizationRequest(
        this AuthorizationCodeClient client, Uri redirectUri, IEnumerable<string> scopes, AuthorizationRequestOptions? options = null) =>
        client.CreateAuthorizationRequestAsync(redirectUri, scopes, options).GetAwaiter().GetResult();
}
