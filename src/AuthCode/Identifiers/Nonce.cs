using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>The <c>nonce</c> of an authorize request, which comes back in the ID token (OpenID Connect Core section 15.5.2).</summary>
internal readonly record struct Nonce(string Value)
{
    /// <summary>Whether a text is this nonce, compared in constant time.</summary>
    internal bool IsSameAs(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Value));

    public override string ToString() => "(nonce)";
}
