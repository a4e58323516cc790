using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>Represents a key to which an authorization server binds access tokens, so that a stolen token cannot be used without the key. Proofs are signed with ES256.</summary>
/// <remarks>
/// One key serves all users of a client. The refresh tokens of a public client cannot be used without the key, so keep it for as long as they live. See <see href="https://www.rfc-editor.org/rfc/rfc9449">RFC 9449</see>.
/// All members are safe for use by any number of threads.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class DPoPKey : IDisposable
{
    private const string ProofType = "dpop+jwt";

    // A cached signature provider would outlive the key.
    private static readonly CryptoProviderFactory Uncached = new() { CacheSignatureProviders = false };
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ECDsa _key;

    private readonly bool _isOwn;
    private readonly Dictionary<string, object> _publicKey;

    // A key is not safe for use by several threads on every platform.
    private readonly object _gate = new();

    /// <summary>Initializes a new instance of the <see cref="DPoPKey"/> class with a new key.</summary>
    public DPoPKey()
        : this(ECDsa.Create(ECCurve.NamedCurves.nistP256), isOwn: true)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="DPoPKey"/> class with a key that is stored elsewhere, so that tokens can outlive the process.</summary>
    /// <param name="key">A private key on the curve P-256. The caller keeps ownership, and disposes of it after this object.</param>
    /// <exception cref="ArgumentNullException">The key is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The key is not on P-256, or has no private half.</exception>
    public DPoPKey(ECDsa key)
        : this(key ?? throw new ArgumentNullException(nameof(key)), isOwn: false)
    {
    }

    private DPoPKey(ECDsa key, bool isOwn)
    {
        if (!P256.IsCurveOf(key))
        {
            throw new ArgumentException("The key must be on the curve P-256 (ECDsa.Create(ECCurve.NamedCurves.nistP256)).", nameof(key));
        }

        RequirePrivateKey(key);
        _key = key;
        _isOwn = isOwn;
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        string x = Base64UrlText.Encode(point.X);
        string y = Base64UrlText.Encode(point.Y);
        _publicKey = new Dictionary<string, object> { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y };

        // RFC 7638 section 3: the required members in this order, without spaces.
        Thumbprint = Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }

    /// <summary>Gets the thumbprint of the public key (<see href="https://www.rfc-editor.org/rfc/rfc7638">RFC 7638</see>): the value of <c>dpop_jkt</c> in an authorization request, and of <c>cnf.jkt</c> in a token.</summary>
    public string Thumbprint { get; }

    /// <summary>Creates a proof for one request: the value of its <c>DPoP</c> header. A proof can be used once.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="address">The address of the request; the proof does not contain its query and fragment.</param>
    /// <param name="accessToken">The access token that the request carries; <see langword="null"/> if it carries none.</param>
    /// <param name="nonce">The nonce of the last <c>DPoP-Nonce</c> header of the server; <see langword="null"/> if there was none.</param>
    /// <param name="timeProvider">The clock that provides the time of the proof; <see langword="null"/> for the system clock.</param>
    /// <returns>A signed JWT.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="method"/> or <paramref name="address"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="address"/> is not an absolute http or https URI, or contains user info.</exception>
    /// <exception cref="ObjectDisposedException">The key has been disposed.</exception>
    /// <remarks>See <see href="https://www.rfc-editor.org/rfc/rfc9449#section-4.2">RFC 9449, section 4.2</see>.</remarks>
    public string CreateProof(HttpMethod method, Uri address, string? accessToken = null, string? nonce = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
        {
            throw new ArgumentException("The address must be the absolute one of the request: an http or https URI without user info.", nameof(address));
        }

        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Jti] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            ["htm"] = method.Method,
            ["htu"] = TargetOf(address),
        };
        if (accessToken is not null)
        {
            claims["ath"] = Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        }

        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        lock (_gate)
        {
            return Handler.CreateToken(new SecurityTokenDescriptor
            {
                TokenType = ProofType,
                IssuedAt = (timeProvider ?? TimeProvider.System).GetUtcNow().UtcDateTime,
                Claims = claims,
                AdditionalHeaderClaims = new Dictionary<string, object> { ["jwk"] = _publicKey },
                SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key), SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = Uncached },
            });
        }
    }

    // RFC 9449 section 4.3: compared after the normalization of RFC 3986 section 6.2.2, with the host as it is on the wire.
    private static string TargetOf(Uri address)
    {
        string host = address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost}]" : address.IdnHost;
        return $"{address.Scheme}://{host}{(address.IsDefaultPort ? "" : $":{address.Port}")}{address.AbsolutePath}";
    }

    private static void RequirePrivateKey(ECDsa key)
    {
        try
        {
            key.SignHash(new byte[P256.Bits / 8]);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException("The key must have its private half: load it from PKCS #8 or from a key store, and not from the public key.", nameof(key), e);
        }
    }

    /// <summary>Disposes of a key that this object created. A key that was passed to the constructor remains usable.</summary>
    public void Dispose()
    {
        if (_isOwn)
        {
            _key.Dispose();
        }
    }

    /// <summary>Returns the thumbprint.</summary>
    /// <returns>One line without the private key.</returns>
    public override string ToString() => $"DPoP key {Thumbprint}";
}
