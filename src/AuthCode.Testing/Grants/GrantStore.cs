using AuthCode.Testing.Errors;
using AuthCode.Testing.Identifiers;

namespace AuthCode.Testing.Grants;

/// <summary>The codes and refresh tokens that have been issued, each with its sign-in session. Redeeming is atomic: of concurrent redemptions of a code, one succeeds.</summary>
internal sealed class GrantStore(FakeAadOptions options)
{
    // Guards both dictionaries, their entries and the sessions.
    private readonly object _gate = new();
    private readonly Dictionary<string, Entry> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _refreshTokens = new(StringComparer.Ordinal);

    private int _revokedFamilies;

    /// <summary>How many sign-ins have been revoked because a grant of theirs was used again.</summary>
    internal int RevokedFamilies
    {
        get
        {
            lock (_gate)
            {
                return _revokedFamilies;
            }
        }
    }

    internal string IssueCode(SignInSession session)
    {
        string code = RandomId.NewCredential("0");
        lock (_gate)
        {
            _codes.Add(code, new Entry(session, options.TimeProvider.GetUtcNow() + options.CodeLifetime));
        }

        return code;
    }

    /// <summary>Returns the session of a grant that can be redeemed. The grant is not redeemed yet, since the rest of the request may be invalid.</summary>
    internal SignInSession Find(PresentedGrant grant)
    {
        lock (_gate)
        {
            return Check(grant).Session;
        }
    }

    /// <summary>Redeems a grant.</summary>
    /// <returns>A new refresh token, or <see langword="null"/> if none is issued.</returns>
    internal string? Redeem(PresentedGrant grant, bool wantsRefreshToken)
    {
        lock (_gate)
        {
            Entry entry = Check(grant);
            bool isCode = grant is PresentedGrant.AuthorizationCode;
            bool issues = options.IssueRefreshTokens && (isCode ? wantsRefreshToken : options.RotateRefreshTokens);
            entry.UsedOn ??= isCode || issues ? options.TimeProvider.GetUtcNow() : null;
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

    private Entry Check(PresentedGrant grant)
    {
        Entry entry = grant switch
        {
            PresentedGrant.AuthorizationCode => _codes.GetValueOrDefault(grant.Value) ?? throw new AadErrorException(AadErrors.UnknownCode),
            _ => _refreshTokens.GetValueOrDefault(grant.Value) ?? throw new AadErrorException(AadErrors.UnknownRefreshToken),
        };
        if (!string.Equals(entry.Session.ClientId, grant.ClientId, StringComparison.OrdinalIgnoreCase))
        {
            throw new AadErrorException(AadErrors.GrantOfAnotherClient);
        }

        // Unlike a code, a refresh token is good for every tenant that its user is in.
        if (grant is PresentedGrant.AuthorizationCode { TenantId: { } tenant } && !TenantAliases.CanRedeem(tenant, entry.Session.TenantId, entry.Session.User.HomeTenantId))
        {
            throw new AadErrorException(AadErrors.CodeOfAnotherTenant);
        }

        if (options.RevokeOnReplay && !entry.Session.IsRevoked && IsReplay(grant, entry))
        {
            entry.Session.IsRevoked = true;
            _revokedFamilies++;
        }

        if (grant is PresentedGrant.AuthorizationCode code)
        {
            CheckCode(code, entry);
        }
        else
        {
            CheckRefreshToken(entry);
        }

        return entry;
    }

    private bool IsReplay(PresentedGrant grant, Entry entry) =>
        entry.UsedOn is { } used && (grant is PresentedGrant.AuthorizationCode || options.TimeProvider.GetUtcNow() - used > options.RefreshTokenReuseGrace
            || options.RefreshTokenReuseGrace == TimeSpan.Zero);

    private void CheckCode(PresentedGrant.AuthorizationCode code, Entry entry)
    {
        if (entry.UsedOn is not null)
        {
            throw new AadErrorException(AadErrors.CodeAlreadyRedeemed);
        }

        if (options.TimeProvider.GetUtcNow() >= entry.ExpiresOn)
        {
            throw new AadErrorException(AadErrors.ExpiredCode);
        }

        if (entry.Session.Request.RedirectUri != code.RedirectUri)
        {
            throw new AadErrorException(AadErrors.RedirectUriMismatch);
        }

        Pkce.Require(entry.Session.Request, code.CodeVerifier);
    }

    private void CheckRefreshToken(Entry entry)
    {
        if (entry.Session.IsRevoked)
        {
            throw new AadErrorException(AadErrors.RevokedRefreshToken);
        }

        if (options.TimeProvider.GetUtcNow() >= entry.ExpiresOn)
        {
            throw new AadErrorException(AadErrors.ExpiredRefreshToken);
        }
    }

    private string IssueRefreshToken(SignInSession session)
    {
        string refreshToken = RandomId.NewCredential("1");
        _refreshTokens.Add(refreshToken, new Entry(session, options.TimeProvider.GetUtcNow() + options.RefreshTokenLifetime));
        return refreshToken;
    }

    private sealed class Entry(SignInSession session, DateTimeOffset expiresOn)
    {
        internal SignInSession Session { get; } = session;

        internal DateTimeOffset ExpiresOn { get; } = expiresOn;

        internal DateTimeOffset? UsedOn { get; set; }
    }
}
