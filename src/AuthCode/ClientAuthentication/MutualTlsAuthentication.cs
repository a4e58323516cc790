using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>A certificate that the connection presents (RFC 8705 section 2): the requests carry the client ID only.</summary>
internal sealed class MutualTlsAuthentication : ClientAuthentication
{
    // The parameter of ClientAuthentication.MutualTls, for messages.
    private const string CallbackName = "getCertificate";

    private readonly Func<CancellationToken, ValueTask<X509Certificate2>>? _getCertificate;

    // Written by each attempt whose certificate is another one; connections of the one before end by themselves, and its copy with them.
    private volatile Presenter? _current;

    private MutualTlsAuthentication(Func<CancellationToken, ValueTask<X509Certificate2>>? getCertificate, X509Certificate2? certificate)
    {
        _getCertificate = getCertificate;
        _current = certificate is null ? null : PresenterOf(certificate);
    }

    /// <summary>Whether this authentication presents a certificate; otherwise a supplied <see cref="HttpClient"/> does.</summary>
    internal bool HasCertificate => _getCertificate is not null || _current is not null;

    /// <summary>What presents the certificate. Before the first attempt there may be none, and documents need none.</summary>
    internal HttpClient Transport => _current?.Client.Value ?? SharedHttpClient.Get();

    /// <summary>The certificate that new connections present: a copy, which serves whatever becomes of the caller's.</summary>
    internal X509Certificate2? Presented => _current?.Certificate;

    internal static MutualTlsAuthentication Of(X509Certificate2 certificate) => new(getCertificate: null, certificate);

    internal static MutualTlsAuthentication Of(Func<CancellationToken, ValueTask<X509Certificate2>> getCertificate) => new(getCertificate, certificate: null);

    internal static MutualTlsAuthentication OfSuppliedClient() => new(getCertificate: null, certificate: null);

    internal override void Check(DateTimeOffset now, string? issuer, string parameterName)
    {
        // What a callback returned last says nothing about what it returns next.
        if (_getCertificate is null && _current is { } current)
        {
            RequireValid(current.Certificate, now, parameterName);
        }
    }

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken)
    {
        if (_getCertificate is not null)
        {
            Use(BlockingWait.For(_getCertificate(cancellationToken).AsTask(), cancellationToken), request);
        }

        request.Form.Add(Parameters.ClientId, request.ClientId);
    }

    // A callback that ignores its token must not hold the request beyond the deadline.
    internal override async ValueTask AuthenticateAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        if (_getCertificate is not null)
        {
            Use(await Deadline.Enforce(_getCertificate(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false), request);
        }

        request.Form.Add(Parameters.ClientId, request.ClientId);
    }

    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    internal static X509Certificate2 Require(X509Certificate2 certificate, string parameterName) => certificate.HasPrivateKey
        ? certificate
        : throw new ArgumentException("The certificate must have its private key: load it from a PFX, or from PEM with its key.", parameterName);

    private void Use(X509Certificate2? certificate, ClientRequest request)
    {
        X509Certificate2 usable = Require(
            certificate ?? throw new InvalidOperationException("The callback of the client authentication returned null."), CallbackName);
        RequireValid(usable, request.Now, CallbackName);
        request.Fingerprint = usable.GetHashCode();
        if (_current?.Thumbprint != usable.Thumbprint)
        {
            _current = PresenterOf(usable);
        }
    }

    private static void RequireValid(X509Certificate2 certificate, DateTimeOffset now, string parameterName)
    {
        if (now.UtcDateTime >= certificate.NotAfter.ToUniversalTime())
        {
            throw new ArgumentException(
                $"The client certificate expired on {certificate.NotAfter.ToUniversalTime():O}: register and pass a new one.", parameterName);
        }
    }

    // A copy shares the key and is counted apart: the caller's can be disposed of while connections are still to be made with it.
    // Requests that are under way can still open one after a rotation, so the copy is not disposed of, but collected with the HTTP client.
    private static Presenter PresenterOf(X509Certificate2 certificate) => new(new X509Certificate2(certificate));

    /// <summary>A certificate, and the HTTP client that presents it: one for all clients and credentials that share this authentication.</summary>
    private sealed class Presenter(X509Certificate2 certificate)
    {
        internal readonly X509Certificate2 Certificate = certificate;

        internal readonly string Thumbprint = certificate.Thumbprint;

        internal readonly Lazy<HttpClient> Client = new(() => SharedHttpClient.With(certificate));
    }
}
