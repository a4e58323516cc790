using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace AuthCode;

/// <summary>The proofs of a client's requests, with the nonce that each server gave last (RFC 9449 sections 8 and 9).</summary>
internal sealed class DPoPProofs(DPoPKey key, TimeProvider time)
{
    /// <summary>The error by which a server asks for a proof with its nonce; it has not looked at the grant (RFC 9449 section 8).</summary>
    internal const string NonceNeeded = "use_dpop_nonce";

    /// <summary>How often a request is repeated for a nonce: with the nonce of the very response that asked for it, once is enough.</summary>
    internal const int MostRepetitions = 1;

    private const string ProofHeader = "DPoP";
    private const string NonceHeader = "DPoP-Nonce";
    private const int LongestNonce = 1024;

    // By origin: a nonce of the userinfo endpoint is nothing to the token endpoint of another host.
    private readonly ConcurrentDictionary<string, string> _nonces = new(StringComparer.Ordinal);

    /// <summary>The thumbprint of the key, which an authorize request names.</summary>
    internal string Thumbprint => key.Thumbprint;

    /// <summary>Adds a proof.</summary>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="method">Its method.</param>
    /// <param name="address">Its address.</param>
    /// <param name="nonce">The nonce of the response that asked for one; <see langword="null"/> for the last of the origin.</param>
    /// <param name="accessToken">The access token that the request carries; <see langword="null"/> if it carries none.</param>
    internal void Add(HttpRequestHeaders headers, HttpMethod method, Uri address, string? nonce, string? accessToken = null) =>
        headers.Add(ProofHeader, key.CreateProof(method, address, accessToken, nonce ?? _nonces.GetValueOrDefault(OriginOf(address)), time));

    /// <summary>Notes the nonce of a response for the next request.</summary>
    /// <returns>The nonce; <see langword="null"/> if the response has none.</returns>
    internal string? Note(Uri address, HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues(NonceHeader, out IEnumerable<string>? values)
            && values.FirstOrDefault() is { Length: <= LongestNonce } nonce && Characters.AreScopeToken(nonce))
        {
            _nonces[OriginOf(address)] = nonce;
            return nonce;
        }

        return null;
    }

    private static string OriginOf(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
