using System.Diagnostics;

namespace AuthCode;

/// <summary>Where to send the user's browser, and what to keep until it comes back.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AuthorizationRequest
{
    internal AuthorizationRequest(Uri uri, AuthorizationTransaction transaction)
    {
        Uri = uri;
        Transaction = transaction;
    }

    /// <summary>The address to redirect the browser to. It holds the state and the nonce, and no secret of the client.</summary>
    public Uri Uri { get; }

    /// <summary>What the callback is compared with. Keep it with the browser's session, and forget it when it has been used.</summary>
    public AuthorizationTransaction Transaction { get; }

    /// <summary>The authorize endpoint, without the parameters.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => Uri.GetLeftPart(UriPartial.Path);
}
