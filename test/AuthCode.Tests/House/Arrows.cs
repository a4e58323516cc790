using System.Text.RegularExpressions;

namespace AuthCode.Tests.House;

/// <summary>A source file and the room that it lies in: its folder below the project, or <see cref="Arrows.Root"/>.</summary>
internal sealed record ArrowsFile(string Room, string Name, string Text);

/// <summary>A dependency that the source shows: an identifier in one file that is the name of a type declared in another.</summary>
internal sealed record Arrow(ArrowsFile From, ArrowsFile To, string Type)
{
    public override string ToString() => $"{From.Room} → {To.Room}: {From.Name} uses {Type}";
}

/// <summary>Finds the dependencies between the files of a project, and those of them that the architecture does not allow.</summary>
internal static partial class Arrows
{
    internal const string Root = "root";

    /// <summary>The source files of a project below src.</summary>
    internal static IReadOnlyList<ArrowsFile> FilesOf(string project)
    {
        string folder = Path.Combine(RepositoryRoot.Path, "src", project);
        return [.. RepositoryRoot.SourcesOf(project).Select(file => new ArrowsFile(RoomOf(folder, file), Path.GetFileName(file), File.ReadAllText(file)))];
    }

    /// <summary>All dependencies of a file on another.</summary>
    internal static IReadOnlyList<Arrow> Between(IReadOnlyList<ArrowsFile> sources)
    {
        (ArrowsFile File, string Code)[] files = [.. sources.Select(static source => (source, Strip(source.Text)))];
        ILookup<string, ArrowsFile> declaredIn = files
            .SelectMany(static file => Declaration().Matches(file.Code).Select(match => (Type: match.Groups["type"].Value, file.File)))
            .ToLookup(static declared => declared.Type, static declared => declared.File);
        return [.. files.SelectMany(file => Identifier().Matches(file.Code)
            .Select(static match => match.Value)
            .Distinct()
            // The parts of a partial type are one type.
            .Where(name => !declaredIn[name].Contains(file.File))
            .SelectMany(name => declaredIn[name].Distinct().Select(target => new Arrow(file.File, target, name))))];
    }

    /// <summary>The dependencies between rooms that the table does not allow.</summary>
    internal static IReadOnlyList<string> Wrong(IReadOnlyList<Arrow> drawn, IReadOnlyDictionary<string, ArrowsRoom> allowed) =>
        [.. drawn.Where(static arrow => arrow.From.Room != arrow.To.Room)
            .Where(arrow => !allowed.TryGetValue(arrow.From.Room, out ArrowsRoom? room) || !room.MayUse.Contains(arrow.To.Room))
            .Select(static arrow => arrow.ToString())];

    /// <summary>The circles among the files of one room: for each, the dependencies that close it.</summary>
    internal static IReadOnlyList<string> Circles(IReadOnlyList<Arrow> drawn, string room)
    {
        Arrow[] inside = [.. drawn.Where(arrow => arrow.From.Room == room && arrow.To.Room == room)];
        ILookup<ArrowsFile, ArrowsFile> uses = inside.ToLookup(static arrow => arrow.From, static arrow => arrow.To);
        Dictionary<ArrowsFile, HashSet<ArrowsFile>> reached = inside
            .SelectMany(static arrow => new[] { arrow.From, arrow.To })
            .Distinct()
            .ToDictionary(static file => file, file => ReachedFrom(file, uses));
        return [.. inside
            .Where(arrow => reached[arrow.To].Contains(arrow.From))
            .GroupBy(arrow => reached[arrow.From].Where(file => reached[file].Contains(arrow.From)).Min(static file => file.Name))
            .Select(static circle => string.Join("; ", circle.Select(static arrow => $"{arrow.From.Name} uses {arrow.Type}")))];
    }

    private static HashSet<ArrowsFile> ReachedFrom(ArrowsFile start, ILookup<ArrowsFile, ArrowsFile> uses)
    {
        var reached = new HashSet<ArrowsFile>();
        var open = new Stack<ArrowsFile>(uses[start]);
        while (open.TryPop(out ArrowsFile? file))
        {
            if (reached.Add(file))
            {
                uses[file].ToList().ForEach(open.Push);
            }
        }

        return reached;
    }

    private static string RoomOf(string folder, string file) =>
        Path.GetRelativePath(folder, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '/') is var room && room == "." ? Root : room;

    // Interpolated strings stay, since they contain code. nameof and typeof are removed, since they name a type without using it.
    private static string Strip(string text) => Constant().Replace(NameOf().Replace(Literal().Replace(Comment().Replace(text, ""), "\"\""), ""), "const");

    // Only at the beginning of a line, and so without nested types: other types name these through the outer type.
    [GeneratedRegex(@"^(?:\w+ )*(?:class|struct|interface|enum|record|delegate [^\s(]+)\s+(?<type>[A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"//.*$|/\*.*?\*/", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<!\$)""(?:[^""\\\r\n]|\\.)*""")]
    private static partial Regex Literal();

    // A constant or a text property is declared here, or a member assigned in an initializer, whatever type has the same name.
    [GeneratedRegex(@"\bconst \w+ \w+|\bstring\?? \w+(?= \{ get)|^\s+[A-Z]\w+(?= = )", RegexOptions.Multiline)]
    private static partial Regex Constant();

    [GeneratedRegex(@"\b(?:nameof|typeof)\([^)]*\)")]
    private static partial Regex NameOf();
}
