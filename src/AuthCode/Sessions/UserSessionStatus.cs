namespace AuthCode;

/// <summary>Specifies what is known of a session by its key.</summary>
public enum UserSessionStatus
{
    /// <summary>The session goes on.</summary>
    Alive = 0,

    /// <summary>The session has been ended, on this instance or on another one, or has reached its lifetime.</summary>
    Ended = 1,

    /// <summary>The session is not known: the process that had it in memory is gone, the store was emptied, or the keys of the protector were lost.</summary>
    Lost = 2,

    /// <summary>The store did not respond, and this process does not have the session in memory.</summary>
    Unavailable = 3,
}
