using System.Security.Cryptography;

namespace AuthCode;

/// <summary>The curve of ES256 (RFC 7518 section 3.4).</summary>
internal static class P256
{
    internal const int Bits = 256;

    private const string Id = "1.2.840.10045.3.1.7";

    /// <summary>Whether a key is on the curve. Another curve of as many bits, such as secp256k1, makes signatures that no server verifies.</summary>
    internal static bool IsCurveOf(ECDsa key) => key.KeySize == Bits && key.ExportParameters(includePrivateParameters: false).Curve.Oid is { } curve
        && (curve.Value is Id || curve.FriendlyName is nameof(ECCurve.NamedCurves.nistP256) or "ECDSA_P256");
}
