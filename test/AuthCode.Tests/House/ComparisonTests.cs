using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthCode.Tests.House;

/// <summary>The lines of code in docs/comparison.md are those of the applications, which test/AuthCode.Peers.Web compiles and runs.</summary>
internal sealed partial class ComparisonTests
{
    private const string Apps = "test/AuthCode.Peers.Web/Apps";

    [Test]
    public void The_lines_of_code_are_those_of_the_files()
    {
        Dictionary<string, int> told = Row().Matches(Read("docs/comparison.md")).ToDictionary(
            static row => row.Groups["file"].Value, static row => int.Parse(row.Groups["lines"].Value, CultureInfo.InvariantCulture));
        Dictionary<string, int> counted = Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, Apps), "*.cs").ToDictionary(
            static file => Path.GetFileName(file), static file => CodeIn(File.ReadAllText(file)));

        Assert.That(told, Is.EquivalentTo(counted).And.Not.Empty);
    }

    [Test]
    public void The_application_with_AuthCode_is_one_of_thirty_lines_at_most() =>
        Assert.That(CodeIn(Read($"{Apps}/WithAuthCode.cs")), Is.InRange(1, 30));

    [TestCase("class A\n{\n#region code\nint a;\n#endregion\n}\n", 1, TestName = "what is around the region does not count")]
    [TestCase("#region code\nA(\n    b);\n\n// why\n/// what\n#endregion\n", 2, TestName = "nor do blank lines and comments")]
    [TestCase("#region code\na\n#endregion\nb\n#region code\n{\n}\n#endregion\n", 3, TestName = "several regions, and braces")]
    public void The_count_is_of_code(string source, int lines) => Assert.That(CodeIn(source), Is.EqualTo(lines));

    private static int CodeIn(string source) => Region().Matches(source.ReplaceLineEndings("\n"))
        .SelectMany(static region => region.Groups["code"].Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Count(static line => !line.StartsWith("//", StringComparison.Ordinal));

    private static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, path)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"^[ ]*#region code\n(?<code>.*?)^[ ]*#endregion", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"^\| \[`(?<file>\w+\.cs)`\]\([^)]*\) \|.*\| (?<lines>\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
