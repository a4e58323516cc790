namespace AuthCode.Testing;

/// <summary>Compares the identifiers of APIs. Case and a slash at the end make no difference.</summary>
internal sealed class ResourceComparer : IEqualityComparer<string>
{
    private ResourceComparer()
    {
    }

    internal static ResourceComparer Instance { get; } = new();

    public bool Equals(string? x, string? y) => string.Equals(x?.TrimEnd('/'), y?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    public int GetHashCode(string obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(obj.TrimEnd('/'));
}
