using System.Security.Cryptography;
using System.Text;

namespace QuickStart;

/// <summary>A code verifier with its S256 challenge (RFC 7636 section 4).</summary>
internal sealed record Pkce(string Verifier, string Challenge)
{
    internal static Pkce Create()
    {
        string verifier = Base64Url(RandomNumberGenerator.GetBytes(32));
        return new Pkce(verifier, Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
    }

    internal static string NewState() => Base64Url(RandomNumberGenerator.GetBytes(32));

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
