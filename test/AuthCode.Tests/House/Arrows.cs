using System.Text.RegularExpressions;

namespace AuthCode.Tests.House;

/// <summary>The arrows between rooms, read off the source: an identifier in one folder that is a type of another.</summary>
internal static partial class Arrows
{
    internal const string Root = "root";

    /// <summary>Each room with those it may use, from the table of docs/architecture.md.</summary>
    internal static IReadOnlyDictionary<string, (int Rank, HashSet<string> MayUse)> Allowed(string architecture) => TableRow().Matches(architecture)
        .ToDictionary(
            static row => row.Groups["room"].Value,
            static row => (
                int.Parse(row.Groups["rank"].Value, System.Globalization.CultureInfo.InvariantCulture),
                row.Groups["uses"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet()));

    /// <summary>What the source draws: from room, to room, and the file and type that draw it.</summary>
    internal static IReadOnlyList<(string From, string To, string Why)> Drawn(IReadOnlyList<(string Room, string File, string Text)> sources)
    {
        List<(string Room, string File, string Code)> files = [.. sources.Select(static source => (source.Room, source.File, Strip(source.Text)))];
        Dictionary<string, string> roomOf = files
            .SelectMany(static file => Declaration().Matches(file.Code).Select(match => (Type: match.Groups["type"].Value, file.Room)))
            .DistinctBy(static declared => declared.Type)
            .ToDictionary(static declared => declared.Type, static declared => declared.Room);
        return [.. files.SelectMany(file => Identifier().Matches(file.Code)
            .Select(static match => match.Value)
            .Distinct()
            .Where(name => roomOf.TryGetValue(name, out string? room) && room != file.Room)
            .Select(name => (file.Room, roomOf[name], $"{file.File} uses {name}")))];
    }

    /// <summary>The arrows that the table does not allow.</summary>
    internal static IReadOnlyList<string> Wrong(
        IReadOnlyList<(string From, string To, string Why)> drawn, IReadOnlyDictionary<string, (int Rank, HashSet<string> MayUse)> allowed) =>
        [.. drawn.Where(arrow => !allowed.TryGetValue(arrow.From, out (int Rank, HashSet<string> MayUse) room) || !room.MayUse.Contains(arrow.To))
            .Select(static arrow => $"{arrow.From} → {arrow.To}: {arrow.Why}")];

    // Interpolations stay: code stands in them. nameof stays out: it names and does not use.
    private static string Strip(string text) => Constant().Replace(NameOf().Replace(Literal().Replace(Comment().Replace(text, ""), "\"\""), ""), "const");

    [GeneratedRegex(@"^\| (?<rank>\d) \| (?<room>\w+) \|(?<uses>[^|]*)\|\s*$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record|delegate \w+)\s+(?<type>[A-Z]\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"//.*$|/\*.*?\*/", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<!\$)""(?:[^""\\\r\n]|\\.)*""")]
    private static partial Regex Literal();

    // A constant's name is declared here, whatever type has the same name.
    [GeneratedRegex(@"\bconst \w+ \w+")]
    private static partial Regex Constant();

    [GeneratedRegex(@"\b(?:nameof|typeof)\([^)]*\)")]
    private static partial Regex NameOf();
}
