namespace AuthCode.Farm.Instances;

/// <summary>Where a farm keeps its sessions.</summary>
public enum StoreKind
{
    /// <summary>Redis, by compare-and-set.</summary>
    Redis,

    /// <summary>The distributed cache of the host, which is in Redis, with the locks of DistributedLock.</summary>
    DistributedCache,
}
