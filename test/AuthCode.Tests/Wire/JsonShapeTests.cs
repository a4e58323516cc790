using System.Text.Json;

namespace AuthCode.Tests.Wire;

internal sealed class JsonShapeTests
{
    [TestCase("{}")]
    [TestCase("""{"a":1,"A":2}""")]
    [TestCase("""{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}""")]
    [TestCase("""{"a":null,"b":true,"c":-1.5e3,"d":"\u20AC\uD83D\uDE00"}""")]
    public void An_object_without_duplicates_is_sound(string json) => Assert.That(ProblemOf(json), Is.Null);

    [TestCase("[]")]
    [TestCase("""[{"a":1}]""")]
    [TestCase("\"text\"")]
    [TestCase("1")]
    [TestCase("true")]
    [TestCase("null")]
    public void Another_value_is_no_object(string json) => Assert.That(ProblemOf(json), Does.Contain("not an object"));

    [TestCase("""{"c4n4ry":1,"c4n4ry":1}""")]
    [TestCase("""{"c4n4ry":1,"\u00634n4ry":2}""", Description = "written with an escape")]
    [TestCase("""{"a":{"c4n4ry":1,"b":2,"c4n4ry":3}}""")]
    [TestCase("""{"a":[1,[{"c4n4ry":1,"c4n4ry":3}]]}""")]
    public void A_member_that_stands_twice_is_a_problem_at_any_depth_and_not_quoted(string json) =>
        Assert.That(ProblemOf(json), Does.Contain("twice").And.Not.Contain("c4n4ry"));

    [TestCase("""{"a":"\uD83D"}""")]
    [TestCase("""{"a":"\uDE00\uD83D"}""")]
    [TestCase("""{"a":["x","\uD83D"]}""")]
    [TestCase("""{"\uD83D":1}""")]
    public void A_lone_surrogate_is_a_problem(string json) => Assert.That(ProblemOf(json), Does.Contain("not valid Unicode"));

    [Test]
    public void Invalid_UTF_8_is_a_problem()
    {
        using JsonDocument document = JsonDocument.Parse(new byte[] { (byte)'{', (byte)'"', (byte)'a', (byte)'"', (byte)':', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}' });

        Assert.That(JsonShape.ProblemOf(document.RootElement), Does.Contain("not valid Unicode"));
    }

    private static string? ProblemOf(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return JsonShape.ProblemOf(document.RootElement);
    }
}
