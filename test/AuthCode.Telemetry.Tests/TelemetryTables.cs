using System.Text.RegularExpressions;
using AuthCode.Tests.House;

namespace AuthCode.Telemetry.Tests;

/// <summary>The tables of docs/telemetry.md, by their headings.</summary>
internal static partial class TelemetryTables
{
    /// <summary>The instruments: name, kind, unit and attributes.</summary>
    internal static IReadOnlyList<string> Instruments => [.. Rows("Metrics").Select(static cells => Row(cells[0], cells[1], cells[2], cells[3]))];

    /// <summary>The activities: name, kind and attributes.</summary>
    internal static IReadOnlyList<string> Activities => [.. Rows("Traces").Select(static cells => Row(cells[0], cells[1], "", cells[2]))];

    /// <summary>The values of attributes that have few, each as attribute=value.</summary>
    internal static IReadOnlyList<string> Values => [.. Rows("Values")
        .SelectMany(static cells => Words(cells[2]).Where(_ => !IsOpen(Words(cells[0])[0])).Select(value => $"{Words(cells[0])[0]}={value}")).Distinct()];

    /// <summary>The attributes that have a row.</summary>
    internal static IReadOnlyList<string> Attributes => [.. Rows("Values").Select(static cells => Words(cells[0])[0])];

    /// <summary>The log events: id and level.</summary>
    internal static IReadOnlyList<string> Events => [.. Rows("Log events").Select(static cells => $"{cells[0]} {cells[1]}")];

    /// <summary>Whether an attribute has values that no table can list.</summary>
    internal static bool IsOpen(string attribute) => attribute is "error.type" or "server.address" or "authcode.attempt";

    /// <summary>A row as the tests compare it.</summary>
    internal static string Row(string name, string kind, string unit, IEnumerable<string> attributes) =>
        $"{name} ({kind}{(unit.Length > 0 ? $", {unit}" : "")}): {string.Join(' ', attributes.Distinct().Order(StringComparer.Ordinal))}";

    private static string Row(string name, string kind, string unit, string attributes) => Row(name.Trim('`'), kind, unit.Trim('`'), Words(attributes));

    private static string[] Words(string cell) => [.. Word().Matches(cell).Select(static match => match.Groups["word"].Value)];

    private static IEnumerable<string[]> Rows(string heading)
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "telemetry.md")).ReplaceLineEndings("\n");
        string section = page.Split($"\n## {heading}\n")[1].Split("\n## ")[0];
        return section.Split('\n')
            .Where(static line => line.StartsWith('|'))
            .Skip(2)
            .Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim()).ToArray());
    }

    [GeneratedRegex("`(?<word>[^`]+)`")]
    private static partial Regex Word();
}
