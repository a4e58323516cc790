using System.Text;

namespace AuthCode.Benchmarks.Subjects;

/// <summary>The registration, the user and the API of every measure.</summary>
internal static class The
{
    internal const string Tenant = "72f988bf-0000-4000-8000-2d7cd011db47";
    internal const string Client = "4a1aa1d5-0000-4000-8000-d8a4f4d1d1c4";
    internal const string Secret = "a-client-secret-of-forty-characters-or-so";
    internal const string Scope = "https://vault.azure.net/.default";
    internal const string User = "9f4880d8-0000-4000-8000-8f0e5a7fcf4b";

    internal static readonly string Code = "0." + new string('C', 800);
    internal static readonly Uri Redirect = new("https://app.example/signin-oidc");
    internal static readonly Uri Authority = new("https://login.microsoftonline.com/");
    internal static readonly string[] Scopes = [Scope];
    internal static readonly string[] Tenants = [.. Enumerable.Range(0, 1000).Select(static i => $"{i:x8}-0000-4000-8000-2d7cd011db47")];

    internal static readonly string ClientInfo = Base64Url($$"""{"uid":"{{User}}","utid":"{{Tenant}}"}""");

    internal static readonly string IdToken = string.Join(
        '.',
        Base64Url("""{"typ":"JWT","alg":"RS256","kid":"k"}"""),
        Base64Url($$"""{"aud":"{{Client}}","iss":"https://login.microsoftonline.com/{{Tenant}}/v2.0","iat":1700000000,"nbf":1700000000,"exp":4000000000,"name":"Ada Lovelace","oid":"{{User}}","preferred_username":"ada@contoso.example","sub":"{{User}}","tid":"{{Tenant}}","ver":"2.0"}"""),
        new string('s', 342));

    private static string Base64Url(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
