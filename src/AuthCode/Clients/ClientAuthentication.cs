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

    /// <summary>A certificate: each request carries a new assertion signed with its key (<c>private_key_jwt</c>, PS256).</summary>
    /// <param name="certificate">A certificate with an RSA private key of 2048 bits or more. It stays the caller's, who disposes it after the last credential.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The certificate is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no RSA private key of 2048 bits or more.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/certificate-credentials">Entra's certificate credentials</see>.</remarks>
    public static ClientAuthentication Certificate(X509Certificate2 certificate) => Certificate(certificate, sendCertificateChain: false);

    /// <summary>A certificate: each request carries a new assertion signed with its key (<c>private_key_jwt</c>, PS256).</summary>
    /// <param name="certificate">A certificate with an RSA private key of 2048 bits or more. It stays the caller's, who disposes it after the last credential.</param>
    /// <param name="sendCertificateChain">Whether the assertion carries the certificate (<c>x5c</c>), for app registrations that trust a subject name and issuer.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The certificate is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The certificate has no RSA private key of 2048 bits or more.</exception>
    /// <remarks>See <see href="https://learn.microsoft.com/entra/identity-platform/certificate-credentials">Entra's certificate credentials</see>.</remarks>
    public static ClientAuthentication Certificate(X509Certificate2 certificate, bool sendCertificateChain) =>
        new CertificateAuthentication(certificate, sendCertificateChain);

    /// <summary>An assertion that the caller gets elsewhere, as from workload identity federation or a managed identity (RFC 7521 section 4.2).</summary>
    /// <param name="getAssertion">Called for each attempt of each request, on whichever thread; returns a signed JWT. Its token is cancelled at <see cref="TokenRetryOptions.NetworkTimeout"/>.</param>
    /// <returns>The authentication.</returns>
    /// <exception cref="ArgumentNullException">The callback is <see langword="null"/>.</exception>
    public static ClientAuthentication Assertion(Func<CancellationToken, ValueTask<string>> getAssertion) =>
        new AssertionAuthentication(getAssertion);

    /// <summary>Refuses what is known now to fail later.</summary>
    internal virtual void Check(DateTimeOffset now, string parameterName)
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
