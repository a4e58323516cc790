using AuthCode.Testing.Errors;
using AuthCode.Testing.Identity;

namespace AuthCode.Testing.Grants;

/// <summary>The codes and refresh tokens that have been issued, each with its session. A redemption is one step: of any number at once, one succeeds.</summary>
internal sealed class GrantStore(FakeAadOptions options)
{
    // Guards both dictionaries, their entries and the sessions.
    private readonly object _gate = new();
    private readonly Dictionary<string, Entry> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _refreshTokens = new(StringComparer.Ordinal);

    internal string IssueCode(Session session)
    {
        string code = RandomId.NewCredential("0");
        lock (_gate)
        {
            _codes.Add(code, new Entry(session, options.TimeProvider.GetUtcNow() + options.CodeLifetime));
        }

        return code;
    }

    /// <summary>Spends a code; whatever is wrong with the request after that, the code is gone, except for those who may not have it at all.</summary>
    internal Session RedeemCode(string code, string clientId, string? redirectUri, string? verifier)
    {
        lock (_gate)
        {
            Entry entry = _codes.GetValueOrDefault(code) ?? throw new AadException(AadErrors.UnknownCode);
            Session session = entry.Session;
            if (session.ClientId != clientId)
            {
                throw new AadException(AadErrors.OtherClientsGrant);
            }

            if (entry.IsUsed)
            {
                session.IsRevoked |= options.RevokeOnReplay;
                throw new AadException(AadErrors.RedeemedCode);
            }

            if (options.TimeProvider.GetUtcNow() >= entry.ExpiresOn)
            {
                throw new AadException(AadErrors.ExpiredCode);
            }

            if (session.Request.RedirectUri != redirectUri)
            {
                throw new AadException(AadErrors.OtherRedirectUri);
            }

            Pkce.Require(session.Request, verifier);
            entry.IsUsed = true;
            return session;
        }
    }

    /// <summary>The session of a refresh token, and the refresh token to go on with: a new one, the same, or none.</summary>
    internal (Session Session, string? Next) RedeemRefreshToken(string refreshToken, string clientId)
    {
        lock (_gate)
        {
            Entry entry = _refreshTokens.GetValueOrDefault(refreshToken) ?? throw new AadException(AadErrors.UnknownRefreshToken);
            if (entry.Session.ClientId != clientId)
            {
                throw new AadException(AadErrors.OtherClientsGrant);
            }

            entry.Session.IsRevoked |= entry.IsUsed && options.RevokeOnReplay;
            if (entry.Session.IsRevoked)
            {
                throw new AadException(AadErrors.RevokedRefreshToken);
            }

            if (options.TimeProvider.GetUtcNow() >= entry.ExpiresOn)
            {
                throw new AadException(AadErrors.ExpiredRefreshToken);
            }

            entry.IsUsed |= options.RotateRefreshTokens;
            return (entry.Session, options.RotateRefreshTokens ? IssueRefreshToken(entry.Session) : null);
        }
    }

    internal string IssueRefreshToken(Session session)
    {
        string refreshToken = RandomId.NewCredential("1");
        lock (_gate)
        {
            _refreshTokens.Add(refreshToken, new Entry(session, options.TimeProvider.GetUtcNow() + options.RefreshTokenLifetime));
        }

        return refreshToken;
    }

    internal void RevokeAll()
    {
        lock (_gate)
        {
            foreach (Entry entry in _refreshTokens.Values)
            {
                entry.Session.IsRevoked = true;
            }
        }
    }

    private sealed class Entry(Session session, DateTimeOffset expiresOn)
    {
        internal Session Session { get; } = session;

        internal DateTimeOffset ExpiresOn { get; } = expiresOn;

        internal bool IsUsed { get; set; }
    }
}
