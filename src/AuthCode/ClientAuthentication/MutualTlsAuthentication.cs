using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>A certificate that the connection shows (RFC 8705 section 2): the requests carry the client id only.</summary>
internal sealed class MutualTlsAuthentication(X509Certificate2? shown) : ClientAuthentication
{
    // One for all clients and credentials that share this authentication, as its connections can.
    private readonly Lazy<HttpClient>? _transport = shown is null ? null : new(() => SharedHttpClient.With(shown!));

    /// <summary>What shows the certificate; <see langword="null"/> when the supplied <see cref="HttpClient"/> does.</summary>
    internal HttpClient? Transport => _transport?.Value;

    internal override void Check(DateTimeOffset now, string? issuer, string parameterName)
    {
        if (shown is not null && now.UtcDateTime >= shown.NotAfter.ToUniversalTime())
        {
            throw new ArgumentException(
                $"The client certificate expired on {shown.NotAfter.ToUniversalTime():O}: register and pass a new one.", parameterName);
        }
    }

    internal override void Authenticate(ClientRequest request, CancellationToken cancellationToken) =>
        request.Form.Add(Parameters.ClientId, request.ClientId);
}
