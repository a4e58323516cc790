using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Identity;

/// <summary>Identifiers and credentials that nobody can guess.</summary>
internal static class RandomId
{
    internal static Guid NewGuid() => new(RandomNumberGenerator.GetBytes(16));

    /// <summary>A code or refresh token: a prefix for the reader, then 256 random bits.</summary>
    internal static string NewCredential(string prefix) => $"{prefix}.{Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32))}";
}
