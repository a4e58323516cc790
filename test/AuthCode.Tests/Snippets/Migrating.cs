namespace AuthCode.Tests.Snippets;

/// <summary>The code of docs/migrating.md, compiled.</summary>
internal static class Migrating
{
    internal static AuthorizationCodeCredential Make(string tenantId, string clientId, string clientSecret, string authorizationCode, Uri redirectUri)
    {
        var credential = new AuthorizationCodeCredential(tenantId, clientId, clientSecret, authorizationCode, new AuthorizationCodeCredentialOptions
        {
            RedirectUri = redirectUri,
            AdditionallyAllowedTenants = { "*" },
        });
        return credential;
    }
}
