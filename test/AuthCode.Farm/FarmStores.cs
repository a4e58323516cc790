using AuthCode.Farm.Instances;

namespace AuthCode.Farm;

/// <summary>The stores that the tests run with: Redis, and with <c>AUTHCODE_FARM=all</c> in the environment the distributed cache as well.</summary>
internal static class FarmStores
{
    internal static StoreKind[] Tested { get; } =
        Environment.GetEnvironmentVariable("AUTHCODE_FARM") == "all" ? [StoreKind.Redis, StoreKind.DistributedCache] : [StoreKind.Redis];
}
