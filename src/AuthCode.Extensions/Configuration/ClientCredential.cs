using System.Security.Cryptography.X509Certificates;

namespace AuthCode;

/// <summary>What a client authenticates with, as the configuration says, and what a health check can look at without a request.</summary>
/// <param name="authentication">The authentication.</param>
internal sealed class ClientCredential(ClientAuthentication authentication)
{
    /// <summary>A client without a credential.</summary>
    internal static readonly ClientCredential None = new(ClientAuthentication.None);

    internal ClientAuthentication Authentication { get; } = authentication;

    /// <summary>The certificate of this moment; <see langword="null"/> if the client has none.</summary>
    internal Func<CancellationToken, ValueTask<X509Certificate2>>? GetCertificate { get; init; }

    /// <summary>The file that each request reads an assertion from; <see langword="null"/> if none does.</summary>
    internal string? AssertionFile { get; init; }
}
