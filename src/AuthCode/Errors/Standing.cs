namespace AuthCode;

/// <summary>What a value is beside what was asked for. A higher one never takes the place of a lower one.</summary>
internal enum Standing
{
    /// <summary>What was asked for.</summary>
    Own,

    /// <summary>It stands in for what was asked for, which does not exist as far as one can tell.</summary>
    Substitute,

    /// <summary>It stands in for what was asked for, which could not be had.</summary>
    Provisional,
}
