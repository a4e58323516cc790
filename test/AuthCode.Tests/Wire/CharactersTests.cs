namespace AuthCode.Tests.Wire;

/// <summary>The character sets of the RFCs, checked for each of the 65,536 UTF-16 code units.</summary>
internal sealed class CharactersTests
{
    private static readonly IEnumerable<char> All = Enumerable.Range(0, 0x10000).Select(static c => (char)c);

    [Test]
    public void Visible_are_space_to_tilde() => Assert.That(
        All.Where(static c => Characters.AreVisible([c])), Is.EqualTo(All.Where(static c => c is >= ' ' and <= '~')));

    // RFC 6749 section 3.3: %x21 / %x23-5B / %x5D-7E
    [Test]
    public void Scopes_are_of_what_RFC_6749_names() => Assert.That(
        All.Where(static c => Characters.AreScopeToken([c])),
        Is.EqualTo(All.Where(static c => (int)c is 0x21 or (>= 0x23 and <= 0x5B) or (>= 0x5D and <= 0x7E))));

    // RFC 7636 section 4.1: ALPHA / DIGIT / "-" / "." / "_" / "~"
    [Test]
    public void Unreserved_are_what_RFC_7636_names() => Assert.That(
        All.Where(static c => Characters.AreUnreserved([c])), Is.EqualTo(All.Where(static c => char.IsAsciiLetterOrDigit(c) || "-._~".Contains(c))));

    [Test]
    public void A_byte_is_unreserved_when_its_character_is() => Assert.That(
        Enumerable.Range(0, 256).Where(static b => Characters.IndexOfReserved([(byte)b]) < 0),
        Is.EqualTo(Enumerable.Range(0, 256).Where(static b => Characters.AreUnreserved([(char)b]))));

    [Test]
    public void An_empty_text_is_no_scope() => Assert.That(Characters.AreScopeToken(""), Is.False);

    [TestCase("ok ok", ExpectedResult = true)]
    [TestCase("ok\n", ExpectedResult = false)]
    [TestCase("\nok", ExpectedResult = false)]
    public bool Every_character_counts(string text) => Characters.AreVisible(text);
}
