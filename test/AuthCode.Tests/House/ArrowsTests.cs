namespace AuthCode.Tests.House;

internal sealed class ArrowsTests
{
    private const string Table = """
        | 2 | root | Upper, Lower |
        | 1 | Upper | Lower |
        | 0 | Lower | |
        """;

    [Test]
    public void The_source_draws_only_the_arrows_of_the_architecture()
    {
        string src = Path.Combine(RepositoryRoot.Path, "src", "AuthCode");
        (string, string, string)[] sources = [.. RepositoryRoot.SourcesOf("AuthCode").Select(file => (RoomOf(src, file), Path.GetRelativePath(src, file), File.ReadAllText(file)))];

        IReadOnlyList<(string From, string To, string Why)> drawn = Arrows.Drawn(sources);

        Assert.Multiple(() =>
        {
            Assert.That(drawn, Has.Count.GreaterThan(50), "the reader reads");
            Assert.That(Arrows.Wrong(drawn, Allowed()), Is.Empty);
        });
    }

    [Test]
    public void Every_room_is_in_the_table_and_every_row_is_a_room()
    {
        string src = Path.Combine(RepositoryRoot.Path, "src", "AuthCode");
        IEnumerable<string> rooms = RepositoryRoot.SourcesOf("AuthCode").Select(file => RoomOf(src, file)).Distinct();

        Assert.That(Allowed().Keys, Is.EquivalentTo(rooms));
    }

    [Test]
    public void Every_allowed_arrow_points_to_a_lower_rank()
    {
        IReadOnlyDictionary<string, (int Rank, HashSet<string> MayUse)> allowed = Allowed();

        Assert.That(allowed.SelectMany(room => room.Value.MayUse.Where(used => allowed[used].Rank >= room.Value.Rank).Select(used => $"{room.Key} → {used}")), Is.Empty);
    }

    [TestCase("class One { Two two; }", "class Two { }", 0, TestName = "a downward arrow is right")]
    [TestCase("class One { }", "class Two { One one; }", 1, TestName = "an upward arrow is wrong")]
    [TestCase("class One { Two two; }", "class Two { One one; }", 1, TestName = "a circle is wrong")]
    [TestCase("class One { }", "class Two { } // One", 0, TestName = "a comment draws nothing")]
    [TestCase("class One { }", "class Two { string s = \"One\"; }", 0, TestName = "a string draws nothing")]
    [TestCase("class One { }", "class Two { string s = $\"{One.A}\"; }", 1, TestName = "an interpolation draws")]
    public void The_reader_of_arrows_sees(string upper, string lower, int wrong)
    {
        IReadOnlyList<(string From, string To, string Why)> drawn = Arrows.Drawn([("Upper", "1.cs", upper), ("Lower", "2.cs", lower)]);

        Assert.That(Arrows.Wrong(drawn, Arrows.Allowed(Table)), Has.Count.EqualTo(wrong));
    }

    private static IReadOnlyDictionary<string, (int Rank, HashSet<string> MayUse)> Allowed() =>
        Arrows.Allowed(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "architecture.md")));

    private static string RoomOf(string src, string file) =>
        Path.GetRelativePath(src, Path.GetDirectoryName(file)!) is var folder && folder == "." ? Arrows.Root : folder;
}
