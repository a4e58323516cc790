using System.Security.Claims;

namespace AuthCode;

/// <summary>A JWT whose signature a server's key has verified; its claims are still to be checked.</summary>
/// <param name="Payload">The claims as they were sent.</param>
/// <param name="Identity">The claims as .NET has them.</param>
/// <param name="Metadata">The metadata of the server.</param>
/// <param name="Keys">The entries of the key; more than one if it is published for several issuers.</param>
/// <param name="Type">The <c>typ</c> of its header; empty if that is no text, <see langword="null"/> if it has none.</param>
internal sealed record SignedToken(IdTokenPayload Payload, ClaimsIdentity Identity, ServerMetadata Metadata, IReadOnlyList<SigningKey> Keys, string? Type) : IDisposable
{
    public void Dispose() => Payload.Dispose();

    public override string ToString() => "signed token";
}
