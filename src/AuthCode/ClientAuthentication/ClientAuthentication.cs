using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>Represents the way in which a client authenticates to the authorization server.</summary>
/// <remarks>
/// One instance can serve any number of clients and credentials at the same time, and is not disposed of by them.
/// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3">RFC 6749, section 2.3</see>.
/// </remarks>
public abstract class ClientAuthentication
{
    private protected ClientAuthentication()
    {
    }

    /// <summary>Gets the authentication of a public client, which has no credential of its own and should use PKCE (<see cref="AuthorizationCodeCredentialOptions.CodeVerifier"/>).</summary>
    public static ClientAuthentication None { get; } = new NoAuthentication();

    /// <summary>Creates an authentication by a client secret in the body of the request (<c>client_secret_post</c>).</summary>
    /// <param name="clientSecret">The value of the secret, not its ID.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The secret is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The secret is empty, blank, or contains control characters.</exception>
    public static ClientAuthentication Secret(string clientSecret) => Secret(clientSecret, ClientSecretMethod.Post);

    /// <summary>Creates an authentication by a client secret, in the body of the request or in its <c>Authorization</c> header.</summary>
    /// <param name="clientSecret">The value of the secret, not its ID.</param>
    /// <param name="method">Where the secret is sent. Microsoft Entra ID accepts both methods.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The secret is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The secret is empty, blank, or contains control characters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the defined ones.</exception>
    public static ClientAuthentication Secret(string clientSecret, ClientSecretMethod method) =>
        SecretAuthentication.Create(clientSecret, method, nameof(clientSecret));

    /// <summary>Creates an authentication by a client secret that a callback returns for each attempt, so that the secret can be rotated while the service runs. It is sent in the body of the request.</summary>
    /// <param name="getSecret">Called for each attempt of each request, on any thread; returns the value of the secret. Its cancellation token is canceled after <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="getSecret"/> is <see langword="null"/>.</exception>
    public static ClientAuthentication Secret(Func<CancellationToken, ValueTask<string>> getSecret) => Secret(getSecret, ClientSecretMethod.Post);

    /// <summary>Creates an authentication by a client secret that a callback returns for each attempt, so that the secret can be rotated while the service runs.</summary>
    /// <param name="getSecret">Called for each attempt of each request, on any thread; returns the value of the secret. Its cancellation token is canceled after <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <param name="method">Where the secret is sent. Microsoft Entra ID accepts both methods.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The callback is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the defined ones.</exception>
    public static ClientAuthentication Secret(Func<CancellationToken, ValueTask<string>> getSecret, ClientSecretMethod method)
    {
        ArgumentNullException.ThrowIfNull(getSecret);
        SecretAuthentication.Require(method);
        return new CallbackAuthentication<string>(getSecret, secret => SecretAuthentication.Create(secret, method, nameof(getSecret)), nameof(getSecret));
    }

    /// <summary>Creates an authentication by a certificate: each request carries a new assertion that is signed with the key of the certificate (<c>private_key_jwt</c>, PS256).</summary>
    /// <param name="certificate">A certificate with an RSA private key of 2048 bits or more. The caller keeps ownership, and disposes of it after the last credential.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The certificate is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no RSA private key of 2048 bits or more.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/certificate-credentials">Entra's certificate credentials</see>.</remarks>
    public static ClientAuthentication Certificate(X509Certificate2 certificate) => Certificate(certificate, new ClientAssertionOptions());

    /// <summary>Creates an authentication by a certificate: each request carries a new assertion that is signed with the key of the certificate (<c>private_key_jwt</c>).</summary>
    /// <param name="certificate">A certificate with a private key that suits the algorithm. The caller keeps ownership, and disposes of it after the last credential.</param>
    /// <param name="options">How the assertions are signed, and their audience.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key for the algorithm, or an option is not usable.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523, section 3</see>.</remarks>
    public static ClientAuthentication Certificate(X509Certificate2 certificate, ClientAssertionOptions options) =>
        new CertificateAuthentication(certificate, options, nameof(certificate));

    /// <summary>Creates an authentication by a certificate that a callback returns for each attempt, so that the certificate can be rotated while the service runs. Assertions are signed as Microsoft Entra ID requires.</summary>
    /// <param name="getCertificate">Called for each attempt of each request, on any thread; returns a certificate, which the caller owns. Its cancellation token is canceled after <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="getCertificate"/> is <see langword="null"/>.</exception>
    public static ClientAuthentication Certificate(Func<CancellationToken, ValueTask<X509Certificate2>> getCertificate) =>
        Certificate(getCertificate, new ClientAssertionOptions());

    /// <summary>Creates an authentication by a certificate that a callback returns for each attempt, so that the certificate can be rotated while the service runs.</summary>
    /// <param name="getCertificate">Called for each attempt of each request, on any thread; returns a certificate, which the caller owns. Its cancellation token is canceled after <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <param name="options">How the assertions are signed, and their audience. The default values are those that Microsoft Entra ID requires.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">An option is not usable.</exception>
    public static ClientAuthentication Certificate(Func<CancellationToken, ValueTask<X509Certificate2>> getCertificate, ClientAssertionOptions options)
    {
        ArgumentNullException.ThrowIfNull(getCertificate);
        ArgumentNullException.ThrowIfNull(options);
        var copy = new ClientAssertionOptions
        {
            Algorithm = options.Algorithm,
            Audience = options.Audience,
            Type = options.Type,
            SendCertificateChain = options.SendCertificateChain,
        };
        return new CallbackAuthentication<X509Certificate2>(
            getCertificate, certificate => new CertificateAuthentication(certificate, copy, nameof(getCertificate)), nameof(getCertificate), new ClientAssertionBuilder(copy).Check);
    }

    /// <summary>Creates an authentication by mutual TLS (<c>tls_client_auth</c> and <c>self_signed_tls_client_auth</c>), over connections that present the certificate.</summary>
    /// <param name="certificate">A certificate with its private key. The caller keeps ownership, and disposes of it after the last credential.</param>
    /// <returns>The authentication. A client with a supplied <see cref="AuthorizationCodeOptions.HttpClient"/> does not accept it: use <see cref="MutualTlsBySuppliedHttpClient"/> there.</returns>
    /// <exception cref="ArgumentNullException">The certificate is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc8705#section-2">RFC 8705, section 2</see>. If the metadata of the server specifies separate endpoints for mutual TLS (section 5), they are used.</remarks>
    public static ClientAuthentication MutualTls(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return MutualTlsAuthentication.Of(MutualTlsAuthentication.Require(certificate, nameof(certificate)));
    }

    /// <summary>Creates an authentication by mutual TLS with a certificate that a callback returns for each attempt, so that the certificate can be rotated while the service runs.</summary>
    /// <param name="getCertificate">Called for each attempt of each request, on any thread; returns a certificate with its private key, which the caller owns and can dispose of once the callback has returned another one and the requests that it was returned to have ended. A connection that presents an earlier certificate is used until it ends. Its cancellation token is canceled after <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication. A client with a supplied <see cref="AuthorizationCodeOptions.HttpClient"/> does not accept it: use <see cref="MutualTlsBySuppliedHttpClient"/> there.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="getCertificate"/> is <see langword="null"/>.</exception>
    /// <remarks>
    /// The certificate of the server must be trusted on this machine. If it is of a private certificate authority, supply an HTTP client
    /// whose handler trusts that authority, and use <see cref="MutualTlsBySuppliedHttpClient"/>. See
    /// <see href="https://www.rfc-editor.org/rfc/rfc8705#section-2">RFC 8705, section 2</see>.
    /// </remarks>
    public static ClientAuthentication MutualTls(Func<CancellationToken, ValueTask<X509Certificate2>> getCertificate)
    {
        ArgumentNullException.ThrowIfNull(getCertificate);
        return MutualTlsAuthentication.Of(getCertificate);
    }

    /// <summary>Creates an authentication by mutual TLS, for a supplied <see cref="AuthorizationCodeOptions.HttpClient"/> that presents the certificate.</summary>
    /// <returns>The authentication. A client without a supplied <see cref="AuthorizationCodeOptions.HttpClient"/> does not accept it, because its connections present no certificate.</returns>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc8705#section-2">RFC 8705, section 2</see>.</remarks>
    public static ClientAuthentication MutualTlsBySuppliedHttpClient() => MutualTlsAuthentication.OfSuppliedClient();

    /// <summary>Creates an authentication by an assertion that a callback returns for each attempt, for example from workload identity federation or a managed identity.</summary>
    /// <param name="getAssertion">Called for each attempt of each request, on any thread; returns a signed JWT. Its cancellation token is canceled after <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The callback is <see langword="null"/>.</exception>
    public static ClientAuthentication Assertion(Func<CancellationToken, ValueTask<string>> getAssertion) =>
        new AssertionAuthentication(getAssertion);

    /// <summary>Creates an authentication by an assertion in a file, which is read for each attempt, such as the token that Kubernetes projects for workload identity federation.</summary>
    /// <param name="path">The absolute path of the file, for example the value of <c>AZURE_FEDERATED_TOKEN_FILE</c>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The path is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/workload-id/workload-identity-federation">Entra's workload identity federation</see>.</remarks>
    public static ClientAuthentication AssertionFile(string path) => new AssertionFileAuthentication(path);

    /// <summary>Refuses what is known now to fail later.</summary>
    internal virtual void Check(DateTimeOffset now, string? issuer, string parameterName)
    {
    }

    /// <summary>Adds the proof to a request, on the calling thread.</summary>
    internal abstract void Authenticate(ClientRequest request, CancellationToken cancellationToken);

    /// <summary>Adds the proof to a request.</summary>
    internal virtual ValueTask AuthenticateAsync(ClientRequest request, CancellationToken cancellationToken)
    {
        Authenticate(request, cancellationToken);
        return ValueTask.CompletedTask;
    }
}
