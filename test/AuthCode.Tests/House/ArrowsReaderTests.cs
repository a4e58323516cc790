namespace AuthCode.Tests.House;

/// <summary>What the readers of <see cref="ArrowsTests"/> see and overlook, on sources and pages made for the purpose.</summary>
internal sealed class ArrowsReaderTests
{
    private const string Page = """
        # Architecture
        | rank | room | may use |
        |---|---|---|
        | 10 | root | Upper, Lower |
        | 1 | Upper | Lower |
        | 0 | Lower | |

        ### AuthCode.Other
        | 1 | root | Parts/Small |
        | 0 | Parts/Small | |

        ## Something else
        | 0 | Late | |
        """;

    [TestCase("class One { Two two; }", "class Two { }", 0, TestName = "a downward arrow is right")]
    [TestCase("class One { }", "class Two { One one; }", 1, TestName = "an upward arrow is wrong")]
    [TestCase("class One { Two two; }", "class Two { One one; }", 1, TestName = "a circle is wrong")]
    [TestCase("public sealed record One;", "public readonly record struct Two(One One);", 1, TestName = "a record is a type")]
    [TestCase("internal delegate Task<int> One();", "class Two { One one; }", 1, TestName = "a delegate is a type")]
    [TestCase("class One { }", "class Two { } // One", 0, TestName = "a comment draws nothing")]
    [TestCase("class One { }", "class Two { string s = \"One\"; }", 0, TestName = "a string draws nothing")]
    [TestCase("class One { }", "class Two { string s = $\"{One.A}\"; }", 1, TestName = "an interpolation draws")]
    [TestCase("class One {\n    class Inner { }\n}", "class Two { int Inner; }", 0, TestName = "a member with the name of a nested type draws nothing")]
    [TestCase("partial class One { }", "partial class One { One one; }", 0, TestName = "a partial type does not use itself")]
    public void The_reader_of_arrows_sees(string upper, string lower, int wrong)
    {
        IReadOnlyList<Arrow> drawn = Arrows.Between([new("Upper", "1.cs", upper), new("Lower", "2.cs", lower)]);

        Assert.That(Arrows.Wrong(drawn, ArrowsTable.Read(Page)["AuthCode"]), Has.Count.EqualTo(wrong));
    }

    [TestCase("class One { Two b; }", "class Two { One a; }", "class Six { }", "One.cs uses Two; Two.cs uses One", TestName = "a circle of two files")]
    [TestCase("class One { Two b; }", "class Two { Six c; }", "class Six { One a; }", "One.cs uses Two; Two.cs uses Six; Six.cs uses One", TestName = "a circle of three files")]
    [TestCase("class One { Two b; Six c; }", "class Two { One a; }", "class Six { }", "One.cs uses Two; Two.cs uses One", TestName = "a file that a circle uses is not part of it")]
    [TestCase("class One { One a; Two b; }", "class Two { Six c; }", "class Six { }", null, TestName = "a chain is no circle")]
    [TestCase("class One { Two b; Six c; }", "class Two { Six c; }", "class Six { }", null, TestName = "two ways to one file are no circle")]
    [TestCase("partial class One { }", "partial class One { Six c; }", "class Six { One a; }", "Two.cs uses Six; Six.cs uses One", TestName = "a circle through a part of a type")]
    public void The_reader_of_circles_sees(string a, string b, string c, string? circle)
    {
        IReadOnlyList<Arrow> drawn = Arrows.Between([new(Arrows.Root, "One.cs", a), new(Arrows.Root, "Two.cs", b), new(Arrows.Root, "Six.cs", c)]);

        Assert.That(Arrows.Circles(drawn, Arrows.Root), Is.EqualTo(circle is null ? [] : new[] { circle }));
    }

    [Test]
    public void Two_circles_are_told_apart()
    {
        string[] names = ["One", "Two", "Six", "Ten"];
        string[] partners = ["Two", "One", "Ten", "Six"];

        IReadOnlyList<string> circles = Arrows.Circles(
            Arrows.Between([.. names.Zip(partners, static (name, partner) => new ArrowsFile(Arrows.Root, $"{name}.cs", $"class {name} {{ {partner} it; }}"))]), Arrows.Root);

        Assert.That(circles, Is.EqualTo(new[] { "One.cs uses Two; Two.cs uses One", "Six.cs uses Ten; Ten.cs uses Six" }));
    }

    [Test]
    public void A_circle_through_another_room_is_none_of_the_root() => Assert.That(
        Arrows.Circles(Arrows.Between([new(Arrows.Root, "One.cs", "class One { Two b; }"), new("Upper", "Two.cs", "class Two { One a; }")]), Arrows.Root), Is.Empty);

    [Test]
    public void A_table_belongs_to_the_project_in_the_heading_above_it_and_any_other_to_AuthCode()
    {
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, ArrowsRoom>> tables = ArrowsTable.Read(Page);

        Assert.Multiple(() =>
        {
            Assert.That(tables.Keys, Is.EquivalentTo(["AuthCode", "AuthCode.Other"]));
            Assert.That(tables["AuthCode"].Keys, Is.EqualTo(["root", "Upper", "Lower", "Late"]));
            Assert.That(tables["AuthCode"]["root"].Rank, Is.EqualTo(10));
            Assert.That(tables["AuthCode.Other"]["root"].MayUse, Is.EqualTo(["Parts/Small"]));
        });
    }
}
