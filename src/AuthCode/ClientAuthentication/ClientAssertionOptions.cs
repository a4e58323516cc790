namespace AuthCode;

/// <summary>How a certificate signs the assertions of its client (RFC 7523). The defaults are what Entra ID asks for.</summary>
/// <remarks>The client authentication copies them when it is made. Not safe for use by several threads at once.</remarks>
public sealed class ClientAssertionOptions
{
    /// <summary>The signature's algorithm.</summary>
    /// <value>Default: <see cref="ClientAssertionAlgorithm.PS256"/>.</value>
    public ClientAssertionAlgorithm Algorithm { get; set; }

    /// <summary>Whom the assertion is for.</summary>
    /// <value>Default: <see cref="ClientAssertionAudience.Automatic"/>.</value>
    public ClientAssertionAudience Audience { get; set; }

    /// <summary>The assertion's <c>typ</c> header.</summary>
    /// <value>Default: <c>JWT</c>. Some servers take <c>client-authentication+jwt</c> only.</value>
    public string Type { get; set; } = "JWT";

    /// <summary>Whether the assertion carries the certificate (<c>x5c</c>), for app registrations that trust a subject name and issuer.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool SendCertificateChain { get; set; }
}
