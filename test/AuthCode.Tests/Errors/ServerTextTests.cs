namespace AuthCode.Tests.Errors;

internal sealed class ServerTextTests
{
    [TestCase("plain text", "plain text")]
    [TestCase("Stra\u00DFe \u4E2D\u6587", "Stra\u00DFe \u4E2D\u6587")]
    [TestCase("one\r\ntwo", "one two")]
    [TestCase("one\ttwo", "one two")]
    [TestCase("one \r\n \r\n two", "one two")]
    [TestCase("a  b", "a b")]
    [TestCase(" text ", "text")]
    [TestCase("\r\ntext\r\n", "text")]
    [TestCase("\u001B[31mred\u001B[0m", "[31mred [0m")]
    [TestCase("a\0b", "a b")]
    [TestCase("a\u007Fb", "a b")]
    [TestCase("a\u0085b", "a b")]
    [TestCase("a\u2028b\u2029c", "a b c")]
    [TestCase("a\u202Eb\u2066c", "a b c", Description = "bidirectional overrides")]
    [TestCase("a\u200Bb\uFEFFc", "a b c", Description = "zero-width characters")]
    public void Control_and_formatting_characters_become_single_spaces(string text, string expected) =>
        Assert.That(ServerText.Clean(text, 256), Is.EqualTo(expected));

    [Test]
    public void A_lone_surrogate_becomes_a_space() => Assert.That(ServerText.Clean($"a{(char)0xD83D}b", 256), Is.EqualTo("a b"));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("  ")]
    [TestCase("\r\n")]
    [TestCase("\u200B")]
    [TestCase("\0\u001B")]
    public void Nothing_printable_is_nothing(string? text) => Assert.That(ServerText.Clean(text, 256), Is.Null);

    [TestCase(9)]
    [TestCase(10)]
    public void A_text_up_to_the_limit_is_kept_whole(int length) =>
        Assert.That(ServerText.Clean(new string('a', length), 10), Is.EqualTo(new string('a', length)));

    [TestCase(11)]
    [TestCase(1_000_000)]
    public void A_longer_text_is_cut_and_shows_it(int length) =>
        Assert.That(ServerText.Clean(new string('a', length), 10), Is.EqualTo(new string('a', 10) + "\u2026"));
}
