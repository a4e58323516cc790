namespace AuthCode.Benchmarks.Scenarios;

/// <summary>One number of one subject.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Subject">Of whom.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Measure(string Name, string Subject, double Value, string Unit);
