namespace AuthCode;

/// <summary>Settings of the assertions that a certificate signs. The defaults are what the server requires, as far as that is known.</summary>
/// <remarks>The client authentication copies the settings when it is created. Instances are not safe for use by several threads at the same time. See <see href="https://www.rfc-editor.org/rfc/rfc7523">RFC 7523</see>.</remarks>
public sealed class ClientAssertionOptions
{
    /// <summary>Gets or sets the algorithm of the signature.</summary>
    /// <value>Default: <see cref="ClientAssertionAlgorithm.Automatic"/>.</value>
    public ClientAssertionAlgorithm Algorithm { get; set; }

    /// <summary>Gets or sets the audience of the assertion.</summary>
    /// <value>Default: <see cref="ClientAssertionAudience.Automatic"/>.</value>
    public ClientAssertionAudience Audience { get; set; }

    /// <summary>Gets or sets the <c>typ</c> header of the assertion.</summary>
    /// <value>
    /// Default: <see langword="null"/>, which means <c>client-authentication+jwt</c> at an OpenID provider that is known by its issuer,
    /// since some accept nothing else, and <c>JWT</c> at every other server.
    /// </value>
    public string? Type { get; set; }

    /// <summary>Gets or sets a value that indicates whether the assertion carries the certificate (<c>x5c</c>), for app registrations that trust a subject name and issuer.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool SendCertificateChain { get; set; }
}
