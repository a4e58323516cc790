using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Tokens;

/// <summary>The claim <c>sub</c>, which identifies a user for one client only (OpenID Connect Core section 8.1).</summary>
internal static class PairwiseSubject
{
    internal static string Of(FakeAadUser user, string clientId)
    {
        // The client ID is a GUID, whose case makes no difference.
        string pair = $"{user.HomeTenantId}\n{user.ObjectId}\n{clientId.ToUpperInvariant()}";
        return Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(pair)));
    }
}
