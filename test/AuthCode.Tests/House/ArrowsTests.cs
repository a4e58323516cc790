namespace AuthCode.Tests.House;

internal sealed class ArrowsTests
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, ArrowsRoom>> Tables =
        ArrowsTable.Read(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "architecture.md")));

    /// <summary>Every project under src, whether or not the architecture knows it.</summary>
    private static IEnumerable<string> Projects => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(static file => Path.GetFileNameWithoutExtension(file))
        .Order(StringComparer.Ordinal);

    [Test]
    public void The_reader_reads() => Assert.Multiple(() =>
    {
        Assert.That(Projects, Has.Member("AuthCode").And.Member("AuthCode.Testing"));
        Assert.That(Arrows.Between(Arrows.FilesOf("AuthCode")).Where(static arrow => arrow.From.Room != arrow.To.Room).ToArray(), Has.Length.GreaterThan(50));
    });

    [Test]
    public void Every_table_is_of_a_project_and_every_project_has_one() => Assert.That(Tables.Keys, Is.EquivalentTo(Projects));

    [TestCaseSource(nameof(Projects))]
    public void The_source_draws_only_the_arrows_of_the_architecture(string project) =>
        Assert.That(Arrows.Wrong(Arrows.Between(Arrows.FilesOf(project)), Tables[project]), Is.Empty);

    [TestCaseSource(nameof(Projects))]
    public void Every_room_is_in_the_table_and_every_row_is_a_room(string project) =>
        Assert.That(Tables[project].Keys, Is.EquivalentTo(Arrows.FilesOf(project).Select(static file => file.Room).Distinct()));

    [TestCaseSource(nameof(Projects))]
    public void Every_allowed_arrow_points_to_a_lower_rank(string project)
    {
        IReadOnlyDictionary<string, ArrowsRoom> rooms = Tables[project];

        Assert.That(rooms.SelectMany(room => room.Value.MayUse
            .Where(used => !rooms.TryGetValue(used, out ArrowsRoom? target) || target.Rank >= room.Value.Rank)
            .Select(used => $"{room.Key} → {used}")), Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void The_files_of_the_root_form_no_circle(string project) =>
        Assert.That(Arrows.Circles(Arrows.Between(Arrows.FilesOf(project)), Arrows.Root), Is.Empty);
}
