namespace AuthCode.Tests;

/// <summary>An environment variable with a value until disposed, when it gets its old one back. For tests that run alone.</summary>
internal sealed class EnvironmentVariable : IDisposable
{
    private readonly string _name;
    private readonly string? _before;

    internal EnvironmentVariable(string name, string? value)
    {
        _name = name;
        _before = Environment.GetEnvironmentVariable(name);
        Set(value);
    }

    internal void Set(string? value) => Environment.SetEnvironmentVariable(_name, value);

    public void Dispose() => Set(_before);
}
