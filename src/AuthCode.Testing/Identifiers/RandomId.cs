using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode.Testing.Identifiers;

/// <summary>Random identifiers and credentials that cannot be guessed.</summary>
internal static class RandomId
{
    internal static Guid NewGuid() => new(RandomNumberGenerator.GetBytes(16));

    /// <summary>Makes a code or a refresh token: a prefix that tells them apart, and 256 random bits.</summary>
    internal static string NewCredential(string prefix) => $"{prefix}.{Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32))}";
}
