using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthCode;

/// <summary>A key to which an authorization server binds its tokens, so that whoever steals one cannot use it (RFC 9449). Its proofs are signed by ES256.</summary>
/// <remarks>
/// One key serves all users of a client. Refresh tokens of a public client end with the key, so keep it for as long as they live.
/// Members are safe for use by any number of threads.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class DPoPKey : IDisposable
{
    private const int CurveBits = 256;
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

    /// <summary>Makes a new key.</summary>
    public DPoPKey()
        : this(ECDsa.Create(ECCurve.NamedCurves.nistP256), isOwn: true)
    {
    }

    /// <summary>Takes a key that is kept elsewhere, so that tokens outlive the process.</summary>
    /// <param name="key">A private key on the curve P-256. It stays the caller's, who disposes it afterwards.</param>
    /// <exception cref="ArgumentNullException">The key is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public DPoPKey(ECDsa key)
        : this(key ?? throw new ArgumentNullException(nameof(key)), isOwn: false)
    {
    }

    private DPoPKey(ECDsa key, bool isOwn)
    {
        if (key.KeySize != CurveBits)
        {
            throw new ArgumentException("The key must be on the curve P-256 (ECDsa.Create(ECCurve.NamedCurves.nistP256)).", nameof(key));
        }

        _key = key;
        _isOwn = isOwn;
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        string x = Base64UrlText.Encode(point.X);
        string y = Base64UrlText.Encode(point.Y);
        _publicKey = new Dictionary<string, object> { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = x, ["y"] = y };

        // RFC 7638 section 3: the required members in this order, without spaces.
        Thumbprint = Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }

    /// <summary>The thumbprint of the public key (RFC 7638), as <c>dpop_jkt</c> of an authorize request and <c>cnf.jkt</c> of a token have it.</summary>
    public string Thumbprint { get; }

    /// <summary>Makes a proof for one request: the value of its <c>DPoP</c> header. It serves once.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="address">The request's address; query and fragment are left out of the proof.</param>
    /// <param name="accessToken">The access token that the request carries; <see langword="null"/> when it carries none.</param>
    /// <param name="nonce">The nonce that the server gave in its last <c>DPoP-Nonce</c> header; <see langword="null"/> when it gave none.</param>
    /// <param name="timeProvider">The clock that says when the proof is made; <see langword="null"/> for the system's.</param>
    /// <returns>A signed JWT.</returns>
    /// <exception cref="ArgumentNullException">The method or the address is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">The address is not absolute.</exception>
    /// <exception cref="ObjectDisposedException">The key has been disposed.</exception>
    /// <remarks>See RFC 9449 section 4.2.</remarks>
    public string CreateProof(HttpMethod method, Uri address, string? accessToken = null, string? nonce = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri)
        {
            throw new ArgumentException("The address must be the absolute one of the request.", nameof(address));
        }

        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Jti] = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            ["htm"] = method.Method,
            ["htu"] = address.GetLeftPart(UriPartial.Path),
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

    /// <summary>Ends a key that this object made; one that was passed stays usable.</summary>
    public void Dispose()
    {
        if (_isOwn)
        {
            _key.Dispose();
        }
    }

    /// <summary>The thumbprint.</summary>
    /// <returns>One line without the private key.</returns>
    public override string ToString() => $"DPoP key {Thumbprint}";
}
