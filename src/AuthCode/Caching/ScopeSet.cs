namespace AuthCode;

/// <summary>Scopes as a set of case-sensitive strings (RFC 6749 section 3.3), over the caller's own array and without copying it.</summary>
/// <remarks>
/// At Entra ID, <c>openid</c>, <c>profile</c> and <c>offline_access</c> say nothing about what an access token can do, so they do not
/// count beside others; a set of only those is compared as it is. At another server each scope counts, since the userinfo endpoint
/// goes by them.
/// </remarks>
/// <param name="scopes">The scopes.</param>
/// <param name="countsAll">Whether each scope counts.</param>
internal readonly struct ScopeSet(string[]? scopes, bool countsAll = false) : IEquatable<ScopeSet>
{
    private readonly bool _countsAll = countsAll;

    /// <summary>The scopes as they were given.</summary>
    internal readonly string[] Items = scopes ?? [];

    /// <summary>A set that no caller can change any more, with each scope once and in the caller's order.</summary>
    internal ScopeSet Copy() => new(Items.Length == 1 ? [Items[0]] : [.. Items.Distinct(StringComparer.Ordinal)], _countsAll);

    /// <summary>Whether a token that was granted the other set serves a request for this one.</summary>
    internal bool IsCoveredBy(ScopeSet granted) => Items.Length > 0 && HasSameKindAs(granted) && IsSubsetOf(granted);

    /// <summary>Whether the sets have a scope in common that counts.</summary>
    internal bool Touches(ScopeSet other)
    {
        bool onlyReserved = OnlyReserved;
        if (onlyReserved != other.OnlyReserved)
        {
            return false;
        }

        foreach (string scope in Items)
        {
            if ((onlyReserved || Counts(scope)) && other.Contains(scope))
            {
                return true;
            }
        }

        return false;
    }

    public bool Equals(ScopeSet other) =>
        Items.AsSpan().SequenceEqual(other.Items) || (HasSameKindAs(other) && IsSubsetOf(other) && other.IsSubsetOf(this));

    public override bool Equals(object? obj) => obj is ScopeSet other && Equals(other);

    public override int GetHashCode()
    {
        // Most requests have one scope, which counts whatever it is.
        if (Items.Length == 1)
        {
            return QuickHash.Of(Items[0]);
        }

        bool onlyReserved = OnlyReserved;
        int hash = 0;
        for (int i = 0; i < Items.Length; i++)
        {
            string scope = Items[i];
            bool counts = onlyReserved || Counts(scope);
            if (counts && Array.IndexOf(Items, scope, 0, i) < 0)
            {
                // A sum, since order must not matter.
                hash += QuickHash.Of(scope);
            }
        }

        return hash;
    }

    public override string ToString() => string.Join(' ', Items);

    private bool OnlyReserved
    {
        get
        {
            foreach (string scope in Items)
            {
                if (Counts(scope))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private bool Counts(string scope) => _countsAll || !Parameters.IsReservedScope(scope);

    private bool HasSameKindAs(ScopeSet other) => OnlyReserved == other.OnlyReserved;

    private bool IsSubsetOf(ScopeSet other)
    {
        bool onlyReserved = OnlyReserved;
        foreach (string scope in Items)
        {
            if ((onlyReserved || Counts(scope)) && !other.Contains(scope))
            {
                return false;
            }
        }

        return true;
    }

    private bool Contains(string scope)
    {
        foreach (string own in Items)
        {
            if (string.Equals(own, scope, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
