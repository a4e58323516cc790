namespace AuthCode;

/// <summary>What a value is beside what was asked for.</summary>
/// <param name="Place">Where it was found among the places that were tried in turn, from 0. What a later place gives never replaces what an earlier one gave.</param>
/// <param name="IsProvisional">Whether an earlier place refused to show what it has, rather than have nothing as far as one can tell.</param>
internal readonly record struct Standing(int Place, bool IsProvisional)
{
    /// <summary>What was asked for.</summary>
    internal bool IsOwn => Place == 0;

    /// <summary>What the next place gives after this one gave nothing.</summary>
    /// <param name="isRefusal">Whether this place refused to show what it has.</param>
    internal Standing Next(bool isRefusal) => new(Place + 1, IsProvisional || isRefusal);

    public override string ToString() => $"place {Place}{(IsProvisional ? ", provisional" : "")}";
}
