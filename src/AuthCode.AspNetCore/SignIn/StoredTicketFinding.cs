namespace AuthCode;

/// <summary>What came of reading the claims that are kept with a session.</summary>
internal enum StoredTicketFinding
{
    /// <summary>The cookie has the claims itself.</summary>
    InCookie,

    /// <summary>They were read.</summary>
    Read,

    /// <summary>The session is of a scheme that this application no longer has.</summary>
    OfNoScheme,

    /// <summary>The session has ended.</summary>
    Ended,

    /// <summary>The session is lost, or goes on without them or with older ones.</summary>
    Lost,

    /// <summary>The store does not respond, or does not have them yet.</summary>
    Unavailable,
}
