// The least that a user writes: a code in, a token out. Arguments: authority, tenant, client id, secret, redirect URI, code.
using AuthCode;
using Azure.Core;

using var credential = new AuthorizationCodeCredential(args[1], args[2], args[3], args[5], new AuthorizationCodeCredentialOptions
{
    AuthorityHost = new Uri(args[0]),
    RedirectUri = new Uri(args[4]),
});
AccessToken first = await credential.GetTokenAsync(new TokenRequestContext(["https://vault.azure.net/.default"]), default);
AccessToken other = credential.GetToken(new TokenRequestContext(["https://storage.azure.com/.default"]), default);

// Over http on loopback nothing needs OpenSSL, which takes as long to load as all the rest.
bool isOpenSslLoaded = OperatingSystem.IsLinux() && File.ReadAllText("/proc/self/maps").Contains("libssl", StringComparison.Ordinal);
Console.WriteLine((first.Token.Length > 0 && other.Token.Length > 0 && first.Token != other.Token ? "two tokens" : "no tokens") + (isOpenSslLoaded ? ", with OpenSSL" : ""));
