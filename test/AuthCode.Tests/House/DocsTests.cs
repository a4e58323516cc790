using System.Text.RegularExpressions;

namespace AuthCode.Tests.House;

internal sealed partial class DocsTests
{
    private static string Troubleshooting => Read("docs/troubleshooting.md");

    private static string[] Pages =>
        ["README.md", .. Directory.EnumerateFiles(Full("docs"), "*.md").Select(static file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)];

    [Test]
    public void Every_message_of_a_failure_has_one_row()
    {
        IReadOnlyDictionary<string, string[]> messages = OfFailures(Read("src/AuthCode/Errors/Failures.cs") + Read("src/AuthCode/Errors/Failures.SignIn.cs"));
        IReadOnlyList<string> quoted = Quoted();

        Assert.Multiple(() =>
        {
            Assert.That(messages, Has.Count.GreaterThan(20), "the reader reads");
            Assert.That(messages.Where(static member => member.Value.Length == 0).Select(static member => member.Key), Is.Empty, "members without a message");
            Assert.That(messages.Values.SelectMany(static texts => texts).Where(text => RowsOf(text, quoted).Count != 1), Is.Empty);
        });
    }

    [Test]
    public void Every_message_of_an_argument_exception_has_one_row()
    {
        string[] messages = ArgumentMessages();
        IReadOnlyList<string> quoted = Quoted();

        Assert.Multiple(() =>
        {
            Assert.That(messages, Has.Length.GreaterThan(15), "the reader reads");
            Assert.That(messages.Where(text => RowsOf(text, quoted).Count != 1), Is.Empty);
        });
    }

    [Test]
    public void Every_message_of_an_exception_in_a_web_application_has_one_row()
    {
        string[] messages = WebMessages();
        IReadOnlyList<string> quoted = Quoted();

        Assert.Multiple(() =>
        {
            Assert.That(messages, Has.Length.GreaterThan(15), "the reader reads");
            Assert.That(messages.Where(text => RowsOf(text, quoted).Count != 1), Is.Empty);
        });
    }

    [Test]
    public void Every_row_of_a_message_is_one_of_the_source()
    {
        string[] messages =
        [
            .. OfFailures(Read("src/AuthCode/Errors/Failures.cs") + Read("src/AuthCode/Errors/Failures.SignIn.cs")).Values.SelectMany(static texts => texts),
            .. ArgumentMessages(),
            .. WebMessages(),
        ];

        Assert.That(Quoted().Where(quote => !messages.Any(text => RowsOf(text, [quote]).Count == 1)), Is.Empty);
    }

    [TestCase("internal static Failure A() => new(\"Do this: it is so.\");", "Do this: it is so.", TestName = "a literal")]
    [TestCase("internal static Failure A(string b) => new($\"Do {b} now.\");", "Do … now.", TestName = "an interpolation")]
    [TestCase("internal const string A =\n \"Do this \" +\n $\"now {b}.\";", "Do this now ….", TestName = "a literal in pieces")]
    [TestCase("internal static Failure A() => new(\"Do this.\", new TimeoutException($\"No answer.\"));", "Do this.", TestName = "an inner exception is none")]
    public void The_reader_of_messages_sees(string source, string message) => Assert.That(OfFailures(source)["A"], Is.EqualTo(new[] { message }));

    [TestCase("src/AuthCode/Diagnostics/Log.cs", "docs/telemetry.md")]
    [TestCase("src/AuthCode.AspNetCore/Web/Log.cs", "docs/aspnetcore.md")]
    public void The_log_events_are_those_of_the_source(string source, string page)
    {
        IEnumerable<string> inSource = LogEvent().Matches(Read(source)).Select(static match => $"{match.Groups["id"]} {match.Groups["level"]}");
        IEnumerable<string> inTable = LogRow().Matches(Read(page)).Select(static match => $"{match.Groups["id"]} {match.Groups["level"]}");

        Assert.That(inTable, Is.EqualTo(inSource).And.Not.Empty);
    }

    [Test]
    public void Every_file_that_the_RFC_map_names_exists()
    {
        string[] files = [.. MapFile().Matches(string.Concat(TableRow().Matches(Read("docs/rfc-map.md")))).Select(static match => match.Groups["path"].Value).Distinct()];

        Assert.Multiple(() =>
        {
            Assert.That(files, Has.Length.GreaterThan(20), "the reader reads");
            Assert.That(files.Where(static file => !File.Exists(Full(file))), Is.Empty);
        });
    }

    [Test]
    public void Every_test_that_the_page_on_reliability_names_exists()
    {
        string[] names = [.. TestName().Matches(Read("docs/reliability.md")).Select(static match => match.Value).Distinct()];
        ILookup<string, string> files = Directory.EnumerateFiles(Full("test"), "*Tests.cs", SearchOption.AllDirectories).ToLookup(static file => Path.GetFileNameWithoutExtension(file), static file => file);

        Assert.Multiple(() =>
        {
            Assert.That(names, Has.Length.GreaterThan(20), "the reader reads");
            Assert.That(names.Where(name => !files[name.Split('.')[0]].Any(file => File.ReadAllText(file).Contains($" {name.Split('.')[1]}(", StringComparison.Ordinal))), Is.Empty);
        });
    }

    [Test]
    public void Every_relative_link_leads_somewhere() => Assert.That(
        Pages.SelectMany(static page => Link().Matches(WithoutBlocks(Read(page)))
            .Select(static match => (Target: match.Groups["target"].Value, Anchor: match.Groups["anchor"].Value))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && !Exists(page, link.Target, link.Anchor))
            .Select(link => $"{page}: {link.Target}{link.Anchor}")),
        Is.Empty);

    [Test]
    public void Every_block_of_code_stands_in_a_compiled_snippet()
    {
        (string Page, string[] Lines)[] blocks = [.. Pages.SelectMany(static page => Block().Matches(Read(page)).Select(match => (page, LinesOf(match.Groups["code"].Value))))];
        string[][] compiled = [.. SnippetFolders
            .SelectMany(static folder => Directory.EnumerateFiles(Full(folder), "*.cs"))
            .Select(static file => LinesOf(File.ReadAllText(file)))];

        Assert.Multiple(() =>
        {
            Assert.That(blocks.Any(static block => block.Page == "README.md"), Is.EqualTo(Read("README.md").Contains("```csharp", StringComparison.Ordinal)), "the reader reads");
            Assert.That(blocks.Where(block => !compiled.Any(file => Holds(file, block.Lines))).Select(static block => $"{block.Page}: {block.Lines.FirstOrDefault()}"), Is.Empty);
        });
    }

    // Those with Azure SDK clients or ASP.NET Core stand with the end-to-end tests.
    private static readonly string[] SnippetFolders = ["test/AuthCode.Tests/Snippets", "test/AuthCode.EndToEnd/Snippets", "test/AuthCode.Extensions.Tests/Snippets", "test/AuthCode.Redis.Tests/Snippets", "test/AuthCode.AspNetCore.Tests/Snippets", "test/AuthCode.Peers.Web/Apps"];

    /// <summary>The messages of each member of Failures.cs, by the member's name.</summary>
    private static Dictionary<string, string[]> OfFailures(string source) => Member().Matches(source).ToDictionary(
        static member => member.Groups["name"].Value,
        static member => MessagesIn(InnerException().Replace(member.Groups["body"].Value, "(")));

    /// <summary>The messages of the argument exceptions that a source file throws.</summary>
    private static IReadOnlyList<string> OfArguments(string source) => [.. ArgumentException().Matches(source).SelectMany(static made => MessagesIn(made.Value))];

    /// <summary>The beginnings that the tables of messages quote.</summary>
    private static IReadOnlyList<string> Quoted() => [.. Row().Matches(Troubleshooting).Select(static row => row.Groups["message"].Value)];

    /// <summary>The quotes that are the beginning of a message.</summary>
    private static IReadOnlyList<string> RowsOf(string message, IEnumerable<string> quoted) =>
        [.. quoted.Where(quote => message.StartsWith(quote.TrimEnd('…').TrimEnd(), StringComparison.Ordinal))];

    // A message begins with a capital letter or a host, and is a sentence; what is joined to it by + is part of it.
    private static string[] MessagesIn(string code) =>
        [.. Literal().Matches(Joint().Replace(code, ""))
            .Select(static literal => Interpolation().Replace(literal.Groups["text"].Value.Replace("\\\"", "\"", StringComparison.Ordinal), "…"))
            .Where(static text => text.Length > 0 && (char.IsUpper(text[0]) || text.StartsWith("… ", StringComparison.Ordinal)) && text.Contains(' ', StringComparison.Ordinal))];

    private static string[] ArgumentMessages() =>
        [.. RepositoryRoot.SourcesOf("AuthCode").SelectMany(static file => OfArguments(File.ReadAllText(file))).Distinct()];

    private static string[] WebMessages() =>
        [.. RepositoryRoot.SourcesOf("AuthCode.AspNetCore").SelectMany(static file => WebException().Matches(File.ReadAllText(file))).SelectMany(static made => MessagesIn(made.Groups["messages"].Value)).Distinct()];

    private static bool Exists(string page, string target, string anchor)
    {
        string file = target.Length == 0 ? Full(page) : Path.GetFullPath(target, Path.GetDirectoryName(Full(page))!);
        return anchor.Length == 0
            ? Path.Exists(file)
            : File.Exists(file) && (Heading().Matches(File.ReadAllText(file)).Any(heading => $"#{SlugOf(heading.Groups["text"].Value)}" == anchor)
                || File.ReadAllText(file).Contains($"<a id=\"{anchor[1..]}\">", StringComparison.Ordinal));
    }

    // As GitHub makes it: lower case, spaces to hyphens, punctuation gone.
    private static string SlugOf(string heading) => string.Concat(heading.Trim().ToLowerInvariant()
        .Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static bool Holds(string[] file, string[] block) =>
        block.Length > 0 && Enumerable.Range(0, Math.Max(0, file.Length - block.Length + 1)).Any(start => file.AsSpan(start, block.Length).SequenceEqual(block));

    private static string[] LinesOf(string code) => code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string WithoutBlocks(string page) => AnyBlock().Replace(page, "");

    private static string Full(string path) => Path.Combine(RepositoryRoot.Path, path);

    private static string Read(string path) => File.ReadAllText(Full(path)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"(?<=`)\w+Tests\.\w+(?=`)")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\[LoggerMessage\((?<id>\d+), LogLevel\.(?<level>\w+)")]
    private static partial Regex LogEvent();

    [GeneratedRegex(@"^\| (?<id>\d+) \| (?<level>Trace|Debug|Information|Warning|Error|Critical) \|", RegexOptions.Multiline)]
    private static partial Regex LogRow();

    [GeneratedRegex(@"^\|.*\|\s*$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"`(?<path>(?:src|test|docs|build)/[^`]+)`")]
    private static partial Regex MapFile();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]*)(?<anchor>#[^)\s]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^[ ]*```csharp[^\n]*\n(?<code>.*?)^[ ]*```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^[ ]*```.*?^[ ]*```[ ]*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex AnyBlock();

    [GeneratedRegex(@"internal (?:static Failure|const string) (?<name>\w+)(?<body>.*?)(?=^    internal |^    private |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Member();

    [GeneratedRegex(@"new \w+Exception\(\$?""[^""]*""")]
    private static partial Regex InnerException();

    [GeneratedRegex(@"new Argument\w*Exception\(.*?;\s*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ArgumentException();

    [GeneratedRegex(@"(?:InvalidOperation|AuthenticationFail(?:ed|ure))Exception(?: \w+\([^)]*\) => new)?\((?<messages>\s*(?:\$?""(?:[^""\\\r\n]|\\.)*""[\s+]*)+)")]
    private static partial Regex WebException();

    [GeneratedRegex(@"^\| `(?<message>[^`|]+ [^`|]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<!\\)""\s*\+\s*\$?""")]
    private static partial Regex Joint();

    [GeneratedRegex(@"""(?<text>(?:[^""\\\r\n]|\\.)*)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Interpolation();
}
