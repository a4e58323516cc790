using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode.Tests;

/// <summary>A certificate that is made once and never disposed, since keys take their time to make.</summary>
internal static class SharedCertificate
{
    internal static X509Certificate2 OfTheClient { get; } = Some.Certificate();

    internal static X509Certificate2 OnTheCurve { get; } = Some.CurveCertificate(ECCurve.NamedCurves.nistP256);
}
