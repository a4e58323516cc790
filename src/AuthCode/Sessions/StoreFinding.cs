namespace AuthCode;

/// <summary>What a look into the store found.</summary>
internal enum StoreFinding
{
    /// <summary>A session.</summary>
    Live,

    /// <summary>The mark of a session that has ended.</summary>
    Ended,

    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>Bytes that cannot be decrypted or read: of a lost key, of another client, or damaged.</summary>
    Unreadable,

    /// <summary>A session that a later version of this library wrote.</summary>
    Later,

    /// <summary>The store did not respond.</summary>
    Down,
}
