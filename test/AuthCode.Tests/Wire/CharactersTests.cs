namespace AuthCode.Tests.Wire;

/// <summary>The character sets of the RFCs, checked for each of the 65,536 UTF-16 code units.</summary>
internal sealed class CharactersTests
{
    private static readonly IEnumerable<char> All = Enumerable.Range(0, 0x10000).Select(static c => (char)c);

    private static readonly IEnumerable<byte> Bytes = Enumerable.Range(0, 0x100).Select(static b => (byte)b);

    [Test]
    public void Visible_are_space_to_tilde() => Assert.That(
        All.Where(static c => Characters.AreVisible([c])), Is.EqualTo(All.Where(static c => c is >= ' ' and <= '~')));

    [Test]
    public void A_character_is_visible_or_not_wherever_it_stands([Range(0, 4)] int place) => Assert.That(
        All.Where(c => Characters.AreVisible($"{"ok ~k"[..place]}{c}{"ok ~k"[(place + 1)..]}")), Is.EqualTo(All.Where(static c => c is >= ' ' and <= '~')));

    [Test]
    public void A_byte_is_visible_when_its_character_is_wherever_it_stands([Range(0, 8)] int place) => Assert.That(
        Bytes.Where(b => Characters.AreVisible([.. "visible ~"u8[..place], b, .. "visible ~"u8[(place + 1)..]])),
        Is.EqualTo(Bytes.Where(static b => Characters.AreVisible([(char)b]))));

    [Test]
    public void A_byte_alone_is_visible_when_its_character_is() => Assert.That(
        Bytes.Where(static b => Characters.AreVisible([b])), Is.EqualTo(Bytes.Where(static b => Characters.AreVisible([(char)b]))));

    [Test]
    public void What_is_left_of_a_text_is_visible() => Assert.Multiple(static () =>
    {
        Assert.That(Characters.OnlyVisible(string.Concat(All)), Is.EqualTo(string.Concat(All.Where(static c => c is >= ' ' and <= '~'))));
        Assert.That(Characters.OnlyVisible("ok ok"), Is.EqualTo("ok ok"));
    });

    [Test]
    public void Digits_are_those_of_ASCII_wherever_they_stand() => Assert.Multiple(static () =>
    {
        Assert.That(Bytes.Where(static b => Characters.AreDigits([b])), Is.EqualTo("0123456789"u8.ToArray()));
        Assert.That((Characters.AreDigits("1x1"u8), Characters.AreDigits("11x"u8), Characters.AreDigits("x11"u8)), Is.EqualTo((false, false, false)));
    });

    [Test]
    public void Blanks_are_found_up_to_the_space_wherever_they_stand() => Assert.That(
        All.Where(static c => Characters.HaveBlank(['a', c, 'a'])), Is.EqualTo(All.Where(static c => c <= ' ')));

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
