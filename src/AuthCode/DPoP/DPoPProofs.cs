using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>The proofs of a client's requests to one server, with the nonce that the server gave last (RFC 9449 section 8).</summary>
internal sealed class DPoPProofs(DPoPKey key, TimeProvider time)
{
    /// <summary>The error by which a server asks for a proof with its nonce; it has not looked at the grant (RFC 9449 section 8).</summary>
    internal const string NonceNeeded = "use_dpop_nonce";

    private const string ProofHeader = "DPoP";
    private const string NonceHeader = "DPoP-Nonce";
    private const int LongestNonce = 1024;

    private volatile string? _nonce;

    /// <summary>The thumbprint of the key, which an authorize request names.</summary>
    internal string Thumbprint => key.Thumbprint;

    internal void Add(HttpRequestHeaders headers, HttpMethod method, Uri address, string? accessToken = null) =>
        headers.Add(ProofHeader, key.CreateProof(method, address, accessToken, _nonce, time));

    /// <summary>Notes the nonce for the next request, if the response has one.</summary>
    internal void Note(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(NonceHeader, out IEnumerable<string>? values)
            && values.FirstOrDefault() is { Length: <= LongestNonce } nonce && Characters.AreScopeToken(nonce))
        {
            _nonce = nonce;
        }
    }
}
