using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>A certificate in a PFX or PEM file, read again when the file has changed.</summary>
/// <param name="path">The path of the file.</param>
/// <param name="password">The password; <see langword="null"/> for none.</param>
internal sealed class CertificateFile(string path, string? password)
{
    private readonly object _gate = new();

    // Guarded by _gate.
    private X509Certificate2? _certificate;
    private (string Target, DateTime WrittenOn, long Length) _version;

    internal ValueTask<X509Certificate2> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Get());

    /// <exception cref="Exception">There is no usable certificate, and there was none before.</exception>
    internal X509Certificate2 Get()
    {
        lock (_gate)
        {
            try
            {
                (string, DateTime, long) version = VersionOf(path);
                if (_certificate is null || version != _version)
                {
                    _certificate = Load(File.ReadAllBytes(path), password);
                    _version = version;
                }
            }
            catch (Exception e) when (_certificate is not null && e is (CryptographicException or IOException or UnauthorizedAccessException or ArgumentException))
            {
                // Whoever replaces the file may be at it: the certificate before serves until the next look.
            }

            return _certificate;
        }
    }

    // Kubernetes replaces the folder that the file is linked into, and the link itself never changes.
    private static (string Target, DateTime WrittenOn, long Length) VersionOf(string path)
    {
        FileSystemInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        return (file.FullName, file.LastWriteTimeUtc, (file as FileInfo)?.Length ?? 0);
    }

    internal static X509Certificate2 Load(byte[] bytes, string? password)
    {
        ReadOnlySpan<byte> pem = "-----BEGIN "u8;
        if (bytes.AsSpan().IndexOf(pem) >= 0)
        {
            string text = System.Text.Encoding.UTF8.GetString(bytes);
            return password is null ? X509Certificate2.CreateFromPem(text, text) : X509Certificate2.CreateFromEncryptedPem(text, text, password);
        }

#if NET9_0_OR_GREATER
        return X509CertificateLoader.LoadPkcs12(bytes, password);
#else
        return new X509Certificate2(bytes, password);
#endif
    }
}
