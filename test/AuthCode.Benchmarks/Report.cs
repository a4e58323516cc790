using System.Globalization;
using System.Text.Json;
using AuthCode.Benchmarks.Scenarios;

namespace AuthCode.Benchmarks;

/// <summary>The measures as a Markdown table, a row a measure and a column a subject, each with its ratio to the floor of the same run.</summary>
internal static class Report
{
    private static readonly string[] Subjects = ["Floor", "AuthCode", "AuthCode, synchronous", "AuthCode, own registration", "Azure.Identity", "MSAL"];

    internal static void Print(IReadOnlyCollection<Measure> measures)
    {
        Console.WriteLine($"| measure | {string.Join(" | ", Subjects)} |");
        Console.WriteLine($"|---|{string.Concat(Subjects.Select(static _ => "---|"))}");
        foreach (IGrouping<string, Measure> row in measures.GroupBy(static measure => measure.Name).OrderBy(static row => row.Key, StringComparer.Ordinal))
        {
            double? floor = row.FirstOrDefault(static measure => measure.Subject == Subjects[0])?.Value;
            IEnumerable<string> cells = Subjects.Select(subject => row.FirstOrDefault(measure => measure.Subject == subject) is { } found ? Cell(found, floor) : "");
            Console.WriteLine($"| {row.Key} | {string.Join(" | ", cells)} |");
        }
    }

    /// <summary>Keeps the measures for the chart of docs/performance.md.</summary>
    internal static void Save(IReadOnlyCollection<Measure> measures, string file)
    {
        string folder = Path.Combine(Repository(), "artifacts", "benchmarks");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, file), JsonSerializer.Serialize(measures));
        Console.WriteLine($"\nKept in artifacts/benchmarks/{file}.");
    }

    internal static string Repository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AuthCode.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("AuthCode.sln is in no folder above the program's.");
    }

    private static string Cell(Measure measure, double? floor)
    {
        string value = measure switch
        {
            { Unit: "ns", Value: >= 1000 } => string.Create(CultureInfo.InvariantCulture, $"{measure.Value / 1000:N1} µs"),
            { Unit: "B", Value: >= 1024 or <= -1024 } => string.Create(CultureInfo.InvariantCulture, $"{measure.Value / 1024:N1} KB"),
            { Unit: "" } => string.Create(CultureInfo.InvariantCulture, $"{measure.Value:N0}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{measure.Value:N1} {measure.Unit}"),
        };
        return floor is { } of && of != 0 && measure.Subject != Subjects[0] && measure.Value > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value} ({measure.Value / of:N2}×)")
            : value;
    }
}
