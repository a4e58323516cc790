namespace AuthCode;

/// <summary>Scopes as a set of case-sensitive strings (RFC 6749 section 3.3), over the caller's own array and without copying it.</summary>
/// <remarks>
/// <c>openid</c>, <c>profile</c> and <c>offline_access</c> say nothing about what an access token can do, so they do not count
/// beside others; a set of only those is compared as it is.
/// </remarks>
internal readonly struct ScopeSet(string[]? scopes) : IEquatable<ScopeSet>
{
    private readonly string[] _scopes = scopes ?? [];

    /// <summary>The scopes as they were given.</summary>
    internal IReadOnlyList<string> Items => _scopes;

    /// <summary>A set that no caller can change any more, with each scope once and in the caller's order.</summary>
    internal ScopeSet Copy() => new(_scopes.Length == 1 ? [_scopes[0]] : [.. _scopes.Distinct(StringComparer.Ordinal)]);

    /// <summary>Whether a token that was granted the other set serves a request for this one.</summary>
    internal bool IsCoveredBy(ScopeSet granted) => _scopes.Length > 0 && HasSameKindAs(granted) && IsSubsetOf(granted);

    /// <summary>Whether the sets have a scope in common that counts.</summary>
    internal bool Touches(ScopeSet other)
    {
        bool onlyReserved = OnlyReserved;
        if (onlyReserved != other.OnlyReserved)
        {
            return false;
        }

        foreach (string scope in _scopes)
        {
            if ((onlyReserved || !Parameters.IsReservedScope(scope)) && other.Contains(scope))
            {
                return true;
            }
        }

        return false;
    }

    public bool Equals(ScopeSet other) =>
        _scopes.AsSpan().SequenceEqual(other._scopes) || (HasSameKindAs(other) && IsSubsetOf(other) && other.IsSubsetOf(this));

    public override bool Equals(object? obj) => obj is ScopeSet other && Equals(other);

    public override int GetHashCode()
    {
        // Most requests have one scope, which counts whatever it is.
        if (_scopes.Length == 1)
        {
            return QuickHash.Of(_scopes[0]);
        }

        bool onlyReserved = OnlyReserved;
        int hash = 0;
        for (int i = 0; i < _scopes.Length; i++)
        {
            string scope = _scopes[i];
            bool counts = onlyReserved || !Parameters.IsReservedScope(scope);
            if (counts && Array.IndexOf(_scopes, scope, 0, i) < 0)
            {
                // A sum, since order must not matter.
                hash += QuickHash.Of(scope);
            }
        }

        return hash;
    }

    public override string ToString() => string.Join(' ', _scopes);

    private bool OnlyReserved
    {
        get
        {
            foreach (string scope in _scopes)
            {
                if (!Parameters.IsReservedScope(scope))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private bool HasSameKindAs(ScopeSet other) => OnlyReserved == other.OnlyReserved;

    private bool IsSubsetOf(ScopeSet other)
    {
        bool onlyReserved = OnlyReserved;
        foreach (string scope in _scopes)
        {
            if ((onlyReserved || !Parameters.IsReservedScope(scope)) && !other.Contains(scope))
            {
                return false;
            }
        }

        return true;
    }

    private bool Contains(string scope)
    {
        foreach (string own in _scopes)
        {
            if (string.Equals(own, scope, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
