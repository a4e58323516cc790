using System.Net;
using System.Text;

namespace AuthCode.Tests.Wire;

internal sealed class FormEncodingTests
{
    [TestCase("", "")]
    [TestCase("abcXYZ019-._~", "abcXYZ019-._~")]
    [TestCase(" ", "+")]
    [TestCase("+", "%2B")]
    [TestCase("%", "%25")]
    [TestCase("&", "%26")]
    [TestCase("=", "%3D")]
    [TestCase("a b+c%d&e=f", "a+b%2Bc%25d%26e%3Df")]
    [TestCase("\r\n", "%0D%0A")]
    [TestCase("\0", "%00")]
    [TestCase("\u00E9", "%C3%A9")]
    [TestCase("\u20AC", "%E2%82%AC")]
    [TestCase("\uD83D\uDE00", "%F0%9F%98%80")]
    [TestCase("\u007F", "%7F")]
    // The example of RFC 6749 appendix B.
    [TestCase(" %&+\u00A3\u20AC", "+%25%26%2B%C2%A3%E2%82%AC")]
    public void A_value_is_written_as_RFC_6749_appendix_B_says(string text, string expected) =>
        Assert.That(FormEncoding.Encode(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void Every_character_of_the_first_plane_comes_back_as_it_was()
    {
        string all = string.Concat(Enumerable.Range(0, 0xD800).Select(static c => (char)c));

        Assert.That(WebUtility.UrlDecode(FormEncoding.Encode(Encoding.UTF8.GetBytes(all))), Is.EqualTo(all));
    }

    [Test]
    public void Every_byte_is_decoded_to_what_it_was()
    {
        byte[] all = [.. Enumerable.Range(0, 0x100).Select(static b => (byte)b), .. "the end"u8];
        byte[] encoded = Encoding.ASCII.GetBytes(FormEncoding.Encode(all));
        byte[] decoded = new byte[encoded.Length];

        Assert.That(decoded[..FormEncoding.Decode(encoded, decoded)], Is.EqualTo(all));
    }

    [Test]
    public void A_value_is_written_where_there_is_just_enough_room_and_not_where_there_is_less()
    {
        byte[] value = "a b+c"u8.ToArray();

        Assert.Multiple(() =>
        {
            Assert.That((FormEncoding.TryWrite(value, new byte[7], out int length), length), Is.EqualTo((true, 7)));
            Assert.That(Enumerable.Range(0, 7).Where(room => FormEncoding.TryWrite(value, new byte[room], out _)), Is.Empty);
        });
    }
}
