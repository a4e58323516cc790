using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthCode.Tests.House;

/// <summary>A room of the table: its rank, and the rooms that its code may use.</summary>
internal sealed record ArrowsRoom(int Rank, IReadOnlySet<string> MayUse);

/// <summary>Reads the tables of rooms in docs/architecture.md, one for each project under src.</summary>
/// <remarks>
/// A table belongs to the project whose name is the heading above it. A table under any other heading belongs to AuthCode, which is
/// what the rest of the page describes.
/// </remarks>
internal static partial class ArrowsTable
{
    private const string SubjectOfThePage = "AuthCode";

    /// <summary>The rooms of each project that has a table, by the names of the project and of the room.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyDictionary<string, ArrowsRoom>> Read(string architecture)
    {
        var tables = new Dictionary<string, IReadOnlyDictionary<string, ArrowsRoom>>(StringComparer.Ordinal);
        string project = SubjectOfThePage;
        foreach (string line in architecture.ReplaceLineEndings("\n").Split('\n'))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                project = ProjectName().IsMatch(heading.Groups["text"].Value) ? heading.Groups["text"].Value : SubjectOfThePage;
            }
            else if (Row().Match(line) is { Success: true } row)
            {
                tables.TryAdd(project, new Dictionary<string, ArrowsRoom>(StringComparer.Ordinal));
                ((Dictionary<string, ArrowsRoom>)tables[project]).Add(row.Groups["room"].Value, RoomOf(row));
            }
        }

        return tables;
    }

    private static ArrowsRoom RoomOf(Match row) => new(
        int.Parse(row.Groups["rank"].Value, CultureInfo.InvariantCulture),
        row.Groups["uses"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal));

    [GeneratedRegex(@"^#+ (?<text>.*?)\s*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^AuthCode(\.\w+)*$")]
    private static partial Regex ProjectName();

    [GeneratedRegex(@"^\| (?<rank>\d+) \| (?<room>[\w/]+) \|(?<uses>[^|]*)\|\s*$")]
    private static partial Regex Row();
}
