using System.Diagnostics;

namespace AuthCode;

/// <summary>Represents an authorize request: the address to send the browser to, and the transaction to keep until the browser comes back.</summary>
/// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1">RFC 6749, section 4.1.1</see>.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AuthorizationRequest
{
    internal AuthorizationRequest(Uri uri, AuthorizationTransaction transaction)
    {
        Uri = uri;
        Transaction = transaction;
    }

    /// <summary>Gets the address to redirect the browser to. It holds the state and the nonce, and no secret of the client.</summary>
    public Uri Uri { get; }

    /// <summary>Gets the transaction that the response is checked against. Keep it with the session of the browser, and delete it when it has been used.</summary>
    public AuthorizationTransaction Transaction { get; }

    /// <summary>Returns the authorize endpoint, without the parameters.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => Uri.GetLeftPart(UriPartial.Path);
}
