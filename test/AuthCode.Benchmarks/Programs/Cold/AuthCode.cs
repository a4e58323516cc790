using Azure.Core;

namespace AuthCode.Benchmarks.Cold;

internal static class Subject
{
    internal static async Task<string> RedeemAsync(HttpClient http)
    {
        var credential = new AuthorizationCodeCredential(
            "72f988bf-0000-4000-8000-2d7cd011db47",
            "4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4",
            "the secret",
            "the code",
            new AuthorizationCodeCredentialOptions { RedirectUri = new Uri("https://app.example/signin-oidc"), HttpClient = http });
        return (await credential.GetTokenAsync(new TokenRequestContext([InMemory.Scope]))).Token;
    }
}
