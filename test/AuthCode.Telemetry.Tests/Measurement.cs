namespace AuthCode.Telemetry.Tests;

/// <summary>What an instrument recorded.</summary>
internal sealed record Measurement(string Instrument, string Kind, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags)
{
    internal string? this[string tag] => Tags.TryGetValue(tag, out object? value) ? value?.ToString() : null;

    public override string ToString() => $"{Instrument} {Value} {string.Join(' ', Tags)}";
}
