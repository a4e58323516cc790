using AuthCode.Farm.Instances;

namespace AuthCode.Farm;

/// <summary>Tests that run with each of the stores of <see cref="FarmStores"/>.</summary>
/// <param name="store">The store.</param>
[TestFixtureSource(typeof(FarmStores), nameof(FarmStores.Tested))]
[Parallelizable(ParallelScope.Self)]
public abstract class FarmFixture(StoreKind store)
{
    private protected StoreKind Store { get; } = store;
}
