using AuthCode.Farm.Instances;

namespace AuthCode.Farm;

/// <summary>Tests that run with each of the stores.</summary>
/// <param name="store">The store.</param>
[TestFixture(StoreKind.Redis)]
[TestFixture(StoreKind.DistributedCache)]
[Parallelizable(ParallelScope.Self)]
public abstract class FarmFixture(StoreKind store)
{
    private protected StoreKind Store { get; } = store;
}
