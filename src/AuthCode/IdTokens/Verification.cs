using System.Security.Claims;

namespace AuthCode;

/// <summary>What the keys of a set say of a token.</summary>
/// <param name="IsKeyKnown">Whether there is a key that could have signed it.</param>
/// <param name="Keys">The entries whose key has signed it: more than one if the key is published more than once, such as for several issuers. Empty if none has.</param>
/// <param name="Identity">Its claims; <see langword="null"/> if no key has signed it.</param>
/// <param name="Unread">Why further keys could not be read, one of which can have signed it; <see langword="null"/> if there are none.</param>
internal sealed record Verification(bool IsKeyKnown, IReadOnlyList<SigningKey> Keys, ClaimsIdentity? Identity, Failure? Unread = null)
{
    public override string ToString() => $"verified by {Keys.Count} keys";
}
