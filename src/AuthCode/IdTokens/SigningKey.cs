using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>A published key that may verify signatures.</summary>
/// <param name="Key">The key.</param>
/// <param name="Id">Its ID; <see langword="null"/> if it has none.</param>
/// <param name="Algorithms">The algorithms that it is for.</param>
/// <param name="Issuer">The issuer whose tokens it signs, which Entra ID publishes with it; <see langword="null"/> if it is not limited.</param>
internal sealed record SigningKey(SecurityKey Key, string? Id, IReadOnlyList<string> Algorithms, string? Issuer)
{
    public override string ToString() => $"key {Id}";
}
