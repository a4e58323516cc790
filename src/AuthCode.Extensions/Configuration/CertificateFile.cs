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
    private DateTime _writtenOn;

    internal ValueTask<X509Certificate2> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            DateTime writtenOn = File.GetLastWriteTimeUtc(path);
            if (_certificate is null || writtenOn != _writtenOn)
            {
                _certificate = Load(File.ReadAllBytes(path), password);
                _writtenOn = writtenOn;
            }

            return ValueTask.FromResult(_certificate);
        }
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
