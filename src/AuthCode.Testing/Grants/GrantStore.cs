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

    /// <summary>The session of a grant that could be redeemed now. It is not spent: the rest of the request may still be wrong.</summary>
    internal Session Find(Presented grant)
    {
        lock (_gate)
        {
            return Check(grant).Session;
        }
    }

    /// <summary>Spends a grant.</summary>
    /// <returns>The refresh token to go on with, or none.</returns>
    internal string? Redeem(Presented grant, bool wantsRefreshToken)
    {
        lock (_gate)
        {
            Entry entry = Check(grant);
            bool isCode = grant is Presented.Code;
            bool issues = options.IssueRefreshTokens && (isCode ? wantsRefreshToken : options.RotateRefreshTokens);
            entry.IsUsed |= isCode || issues;
            return issues ? IssueRefreshToken(entry.Session) : null;
        }
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

    private Entry Check(Presented grant)
    {
        Entry entry = grant switch
        {
            Presented.Code => _codes.GetValueOrDefault(grant.Value) ?? throw new AadException(AadErrors.UnknownCode),
            _ => _refreshTokens.GetValueOrDefault(grant.Value) ?? throw new AadException(AadErrors.UnknownRefreshToken),
        };
        if (!string.Equals(entry.Session.ClientId, grant.ClientId, StringComparison.OrdinalIgnoreCase))
        {
            throw new AadException(AadErrors.OtherClientsGrant);
        }

        entry.Session.IsRevoked |= entry.IsUsed && options.RevokeOnReplay;
        if (grant is Presented.Code code)
        {
            CheckCode(code, entry);
        }
        else
        {
            CheckRefreshToken(entry);
        }

        return entry;
    }

    private void CheckCode(Presented.Code code, Entry entry)
    {
        if (entry.IsUsed)
        {
            throw new AadException(AadErrors.RedeemedCode);
        }

        if (options.TimeProvider.GetUtcNow() >= entry.ExpiresOn)
        {
            throw new AadException(AadErrors.ExpiredCode);
        }

        if (entry.Session.Request.RedirectUri != code.RedirectUri)
        {
            throw new AadException(AadErrors.OtherRedirectUri);
        }

        Pkce.Require(entry.Session.Request, code.Verifier);
    }

    private void CheckRefreshToken(Entry entry)
    {
        if (entry.Session.IsRevoked)
        {
            throw new AadException(AadErrors.RevokedRefreshToken);
        }

        if (options.TimeProvider.GetUtcNow() >= entry.ExpiresOn)
        {
            throw new AadException(AadErrors.ExpiredRefreshToken);
        }
    }

    private string IssueRefreshToken(Session session)
    {
        string refreshToken = RandomId.NewCredential("1");
        _refreshTokens.Add(refreshToken, new Entry(session, options.TimeProvider.GetUtcNow() + options.RefreshTokenLifetime));
        return refreshToken;
    }

    private sealed class Entry(Session session, DateTimeOffset expiresOn)
    {
        internal Session Session { get; } = session;

        internal DateTimeOffset ExpiresOn { get; } = expiresOn;

        internal bool IsUsed { get; set; }
    }
}
