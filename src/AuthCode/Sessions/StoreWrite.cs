namespace AuthCode;

/// <summary>What came of a write to the store.</summary>
internal enum StoreWrite
{
    /// <summary>It was written.</summary>
    Written,

    /// <summary>Another version is stored than was expected.</summary>
    Conflict,

    /// <summary>The store did not respond.</summary>
    Down,
}
