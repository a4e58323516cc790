namespace AuthCode;

/// <summary>Specifies why a session has ended.</summary>
public enum SessionEnd
{
    /// <summary>The user signed out.</summary>
    SignedOut = 0,

    /// <summary>All sessions of the account were ended.</summary>
    SignedOutEverywhere = 1,

    /// <summary>The server told the service that the user signed out.</summary>
    SignedOutAtServer = 2,

    /// <summary>The server no longer accepts the refresh token.</summary>
    Refused = 3,

    /// <summary>The session reached its lifetime, or was idle for too long.</summary>
    Expired = 4,

    /// <summary>The store no longer has the session, and its refresh token must not be sent again.</summary>
    Lost = 5,

    /// <summary>The session left the memory of a process that has no store.</summary>
    Evicted = 6,
}
