using System.Security.Cryptography;
using System.Text;

namespace AuthCode;

/// <summary>The <c>state</c> of an authorize request (RFC 6749 section 10.12), which comes back with the browser.</summary>
internal readonly record struct AuthorizationState(string Value)
{
    /// <summary>Whether a text is this state, compared in constant time.</summary>
    internal bool IsSameAs(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Value));

    public override string ToString() => Value;
}
