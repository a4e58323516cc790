using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>How the client proves to the authorization server who it is.</summary>
/// <remarks>
/// One instance may serve any number of credentials at the same time; a credential does not dispose what it is given.
/// See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-2.3">RFC 6749, section 2.3</see>.
/// </remarks>
public abstract class ClientAuthentication
{
    private protected ClientAuthentication()
    {
    }

    /// <summary>No proof: a public client, which should use PKCE (<see cref="AuthorizationCodeCredentialOptions.CodeVerifier"/>).</summary>
    public static ClientAuthentication None { get; } = new NoAuthentication();

    /// <summary>A client secret in the body of the request (<c>client_secret_post</c>).</summary>
    /// <param name="clientSecret">The secret's value, not its id.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The secret is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The secret is empty, blank, or has control characters.</exception>
    public static ClientAuthentication Secret(string clientSecret) => Secret(clientSecret, ClientSecretMethod.Post);

    /// <summary>A client secret, in the body of the request or in its Authorization header.</summary>
    /// <param name="clientSecret">The secret's value, not its id.</param>
    /// <param name="method">Where the secret goes. Microsoft Entra ID takes both.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The secret is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The secret is empty, blank, or has control characters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the defined ones.</exception>
    public static ClientAuthentication Secret(string clientSecret, ClientSecretMethod method) =>
        SecretAuthentication.Create(clientSecret, method, nameof(clientSecret));

    /// <summary>A client secret that the caller gets anew for each attempt, in the body of the request, so that it can be rotated while the service runs.</summary>
    /// <param name="getSecret">Called for each attempt of each request, on any thread; returns the secret's value. Its token is canceled at <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="getSecret"/> is <see langword="null"/>.</exception>
    public static ClientAuthentication Secret(Func<CancellationToken, ValueTask<string>> getSecret) => Secret(getSecret, ClientSecretMethod.Post);

    /// <summary>A client secret that the caller gets anew for each attempt, so that it can be rotated while the service runs.</summary>
    /// <param name="getSecret">Called for each attempt of each request, on whichever thread; returns the secret's value. Its token is cancelled at <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <param name="method">Where the secret goes. Microsoft Entra ID takes both.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The callback is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is not one of the defined ones.</exception>
    public static ClientAuthentication Secret(Func<CancellationToken, ValueTask<string>> getSecret, ClientSecretMethod method)
    {
        ArgumentNullException.ThrowIfNull(getSecret);
        SecretAuthentication.Require(method);
        return new CallbackAuthentication<string>(getSecret, secret => SecretAuthentication.Create(secret, method, "clientSecret"));
    }

    /// <summary>A certificate: each request carries a new assertion signed with its key (<c>private_key_jwt</c>, PS256).</summary>
    /// <param name="certificate">A certificate with an RSA private key of 2048 bits or more. It stays the caller's, who disposes it after the last credential.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The certificate is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no RSA private key of 2048 bits or more.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/certificate-credentials">Entra's certificate credentials</see>.</remarks>
    public static ClientAuthentication Certificate(X509Certificate2 certificate) => Certificate(certificate, new ClientAssertionOptions());

    /// <summary>A certificate: each request carries a new assertion signed with its key (<c>private_key_jwt</c>).</summary>
    /// <param name="certificate">A certificate with a private key that the algorithm takes. It stays the caller's, who disposes it after the last credential.</param>
    /// <param name="options">How the assertions are signed, and for whom.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key for the algorithm, or an option is not usable.</exception>
    /// <remarks>See RFC 7523 section 3.</remarks>
    public static ClientAuthentication Certificate(X509Certificate2 certificate, ClientAssertionOptions options) =>
        new CertificateAuthentication(certificate, options);

    /// <summary>A certificate that the caller gets anew for each attempt, so that it can be rotated while the service runs; assertions are what Entra ID asks for.</summary>
    /// <param name="getCertificate">Called for each attempt of each request, on any thread; returns a certificate that the caller keeps and disposes of. Its token is canceled at <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="getCertificate"/> is <see langword="null"/>.</exception>
    public static ClientAuthentication Certificate(Func<CancellationToken, ValueTask<X509Certificate2>> getCertificate) =>
        Certificate(getCertificate, new ClientAssertionOptions());

    /// <summary>A certificate that the caller gets anew for each attempt, so that it can be rotated while the service runs.</summary>
    /// <param name="getCertificate">Called for each attempt of each request, on whichever thread; returns a certificate that the caller keeps and disposes. Its token is cancelled at <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <param name="options">How the assertions are signed, and for whom; a new one for what Entra ID asks.</param>
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
        _ = new ClientAssertionBuilder(copy);
        return new CallbackAuthentication<X509Certificate2>(getCertificate, certificate => new CertificateAuthentication(certificate, copy));
    }

    /// <summary>A certificate that the connections to the server show (<c>tls_client_auth</c> and <c>self_signed_tls_client_auth</c>), over connections of the client's own.</summary>
    /// <param name="certificate">A certificate with its private key. It stays the caller's, who disposes it after the last credential.</param>
    /// <returns>The authentication. A client with a supplied <see cref="AuthorizationCodeOptions.HttpClient"/> refuses it: use <see cref="MutualTlsBySuppliedHttpClient"/> there.</returns>
    /// <exception cref="ArgumentNullException">The certificate is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    /// <remarks>See RFC 8705 section 2. Where the server's metadata names other addresses for it (section 5), those are used.</remarks>
    public static ClientAuthentication MutualTls(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.HasPrivateKey
            ? new MutualTlsAuthentication(certificate)
            : throw new ArgumentException("The certificate must have its private key: load it from a PFX, or from PEM with its key.", nameof(certificate));
    }

    /// <summary>A certificate that the supplied <see cref="AuthorizationCodeOptions.HttpClient"/> shows (RFC 8705 section 2).</summary>
    /// <returns>The authentication. A client without a supplied <see cref="AuthorizationCodeOptions.HttpClient"/> refuses it: its connections show none.</returns>
    public static ClientAuthentication MutualTlsBySuppliedHttpClient() => new MutualTlsAuthentication(shown: null);

    /// <summary>An assertion that the caller gets elsewhere, as from workload identity federation or a managed identity (RFC 7521 section 4.2).</summary>
    /// <param name="getAssertion">Called for each attempt of each request, on whichever thread; returns a signed JWT. Its token is cancelled at <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The callback is <see langword="null"/>.</exception>
    public static ClientAuthentication Assertion(Func<CancellationToken, ValueTask<string>> getAssertion) =>
        new AssertionAuthentication(getAssertion);

    /// <summary>An assertion in a file that is read at each attempt, as the token that Kubernetes projects for workload identity federation.</summary>
    /// <param name="path">The file's absolute path, as in <c>AZURE_FEDERATED_TOKEN_FILE</c>.</param>
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
